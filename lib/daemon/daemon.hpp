#pragma once

#include <memory>
#include <string>

#include "config/config.hpp"
#include "daemon/state_directory.hpp"

namespace subd::daemon {

/// The whole daemon: builds the parts, wires them, starts and stops their threads.
///
/// Threads: the main thread alone. Construct before any other thread exists: signals are blocked for all of them.
/// Errors:  the constructor throws Unavailable when an address, socket or directory is taken, and std::runtime_error
///          that names the file or setting for everything else that keeps it from starting.
class Daemon {
 public:
  Daemon(config::Config config, std::string version);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Serves until SIGTERM, SIGINT or SIGHUP; then says goodbye to every client, flushes and stops within the drain
  /// limit. A second signal cuts the rest short.
  void run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace subd::daemon
