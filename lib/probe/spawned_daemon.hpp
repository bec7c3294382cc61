#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "probe/problem.hpp"

namespace subd::probe {

/// A subd of our own: free port, state, secret and control socket in a temporary directory, log in a file there.
/// Destroying it stops the daemon (SIGTERM, SIGKILL after 10 s) and removes the directory.
///
/// Threads: one owner; starting and stopping block.
class SpawnedDaemon {
 public:
  /// Starts `program` and waits until its control socket answers. On failure the Problem quotes the end of its log.
  [[nodiscard]] static base::Result<SpawnedDaemon, Problem> start(const std::string& program);

  SpawnedDaemon(SpawnedDaemon&&) noexcept;
  SpawnedDaemon& operator=(SpawnedDaemon&&) noexcept;
  ~SpawnedDaemon();

  [[nodiscard]] std::string control_socket() const;
  [[nodiscard]] std::string secret_file() const;

 private:
  struct Process;
  explicit SpawnedDaemon(std::unique_ptr<Process> process);
  std::unique_ptr<Process> process_;
};

}  // namespace subd::probe
