#include "daemon/state_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace subd::daemon {
namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// Who wrote the lock file, for the message; empty when it cannot be read.
std::string holder(int lock) {
  std::string text(32, '\0');
  const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.empty() ? "" : " (process " + text + ")";
}

void make_directory(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return;
  error.clear();  // that there is none yet is none
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error || (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)) {
    throw std::runtime_error{fmt::format("cannot create the state directory {}: {}", path.string(),
                                         error ? error.message() : reason(errno))};
  }
}

}  // namespace

StateDirectory::StateDirectory(std::filesystem::path path) : path_{std::move(path)} {
  make_directory(path_);
  const std::filesystem::path file = path_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) throw std::runtime_error{fmt::format("cannot open {}: {}", file.string(), reason(errno))};
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const std::string who = holder(lock_);
    ::close(lock_);
    if (error == EWOULDBLOCK) {
      throw Unavailable{fmt::format("another subd{} uses the state directory {}", who, path_.string())};
    }
    throw std::runtime_error{fmt::format("cannot lock {}: {}", file.string(), reason(error))};
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  // The number only makes the message above friendlier; the lock itself is what counts.
  if (::ftruncate(lock_, 0) != 0 || ::pwrite(lock_, pid.data(), pid.size(), 0) < 0) errno = 0;
}

StateDirectory::~StateDirectory() {
  ::close(lock_);
}

}  // namespace subd::daemon
