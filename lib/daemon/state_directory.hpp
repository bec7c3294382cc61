#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace subd::daemon {

/// What the daemon needs is taken, mostly by another subd: an address, the control socket, the state directory.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The state directory, made with mode 0700 when missing and locked for the life of this object, so that two daemons
/// never share one. The lock is the kernel's (flock): it ends with the process, however that ends.
///
/// Errors: the constructor throws Unavailable, or std::runtime_error that names the path and the reason.
class StateDirectory {
 public:
  explicit StateDirectory(std::filesystem::path path);
  ~StateDirectory();
  StateDirectory(const StateDirectory&) = delete;
  StateDirectory& operator=(const StateDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace subd::daemon
