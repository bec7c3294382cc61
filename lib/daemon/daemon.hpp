#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/config.hpp"
#include "config/diagnostic.hpp"
#include "daemon/state_directory.hpp"

namespace subd::daemon {

/// The whole daemon: builds the parts, wires them, starts and stops their threads.
///
/// Threads: the main thread alone. Construct before any other thread exists: signals are blocked for all of them.
/// Errors:  the constructor throws Unavailable when an address, socket or directory is taken, and std::runtime_error
///          that names the file or setting for everything else that keeps it from starting.
class Daemon {
 public:
  /// Reads the configuration again, for a reload; called on the control thread.
  using Load = std::function<base::Result<config::Config, config::Diagnostics>()>;

  Daemon(config::Config config, std::string version, Load load);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Serves until SIGTERM, SIGINT or an operator's drain; then says goodbye to every client, spread over some time,
  /// flushes and stops within the drain limit. Another signal while it does so at a signal cuts the rest short. SIGHUP
  /// reloads the configuration.
  void run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace subd::daemon
