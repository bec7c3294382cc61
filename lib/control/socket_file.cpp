#include "control/socket_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace subd::control {
namespace {

constexpr mode_t kSocketMode = 0660;
constexpr mode_t kDirectoryMode = 0700;
constexpr int kBacklog = 64;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool valid() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

std::string errno_text(int error) {
  return std::generic_category().message(error);
}

SocketError not_usable(std::string message) {
  return {SocketError::Reason::NotUsable, std::move(message)};
}

std::string parent_of(const std::string& path) {
  const std::string parent = std::filesystem::path{path}.parent_path().string();
  return parent.empty() ? "." : parent;
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Outermost first; each missing directory is ours alone.
std::optional<SocketError> make_directories(const std::string& directory) {
  std::filesystem::path made;
  for (const std::filesystem::path& part : std::filesystem::path{directory}) {
    made /= part;
    if (::mkdir(made.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
      const int error = errno;
      struct stat existing {};
      if (::stat(made.c_str(), &existing) == 0) continue;  // a read-only or foreign ancestor that is there already
      return not_usable(
          fmt::format("cannot make the directory {} of the control socket: {}", made.string(), errno_text(error)));
    }
  }
  return std::nullopt;
}

std::optional<SocketError> check_directory(const std::string& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) {
    return not_usable(fmt::format("cannot look at {}: {}", directory, errno_text(errno)));
  }
  if (!S_ISDIR(status.st_mode)) return not_usable(fmt::format("{} is not a directory", directory));
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    return not_usable(fmt::format(
        "the directory {} of the control socket belongs to uid {}, who could replace the socket; choose another path",
        directory, status.st_uid));
  }
  if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0) {
    return not_usable(fmt::format(
        "everybody may write to the directory {} of the control socket; run chmod o-w on it or choose another path",
        directory));
  }
  return std::nullopt;
}

// Others hold the lock for microseconds; whoever keeps it longer is not a starting daemon.
std::optional<SocketError> lock_directory(const Descriptor& directory, const std::string& name) {
  constexpr int kAttempts = 200;
  constexpr std::chrono::milliseconds kPause{10};
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (::flock(directory.number(), LOCK_EX | LOCK_NB) == 0) return std::nullopt;
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return not_usable(fmt::format("cannot lock {}: {}", name, errno_text(errno)));
    }
    std::this_thread::sleep_for(kPause);
  }
  return not_usable(fmt::format("another process keeps the directory {} locked", name));
}

// Removes a file that nobody listens at.
std::optional<SocketError> clear_stale(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return not_usable(fmt::format("cannot look at {}: {}", path, errno_text(errno)));
  }
  if (!S_ISSOCK(status.st_mode)) {
    return not_usable(fmt::format("{} exists and is not a socket; remove it or choose another path", path));
  }
  const Descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const sockaddr_un address = address_of(path);
  if (!probe.valid()) return not_usable(fmt::format("cannot make a socket: {}", errno_text(errno)));
  // EAGAIN means that the backlog of a living listener is full.
  if (::connect(probe.number(), generic(address), sizeof address) == 0 || errno == EAGAIN) {
    return SocketError{SocketError::Reason::InUse, fmt::format("another subd is listening on {}", path)};
  }
  if (errno == ENOENT) return std::nullopt;
  if (errno != ECONNREFUSED) {
    return not_usable(fmt::format("cannot tell whether anybody listens on {}: {}", path, errno_text(errno)));
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return not_usable(fmt::format("cannot remove the stale socket {}: {}", path, errno_text(errno)));
  }
  return std::nullopt;
}

}  // namespace

base::Result<SocketFile, SocketError> SocketFile::claim(const std::string& path) {
  constexpr std::size_t kPathLimit = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty() || path.size() > kPathLimit || path.find('\0') != std::string::npos) {
    return not_usable(
        fmt::format("the control socket's path has {} bytes, 1 to {} are allowed: {}", path.size(), kPathLimit, path));
  }
  const std::string parent = parent_of(path);
  if (auto error = make_directories(parent)) return std::move(*error);
  if (auto error = check_directory(parent)) return std::move(*error);
  const Descriptor directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory.valid()) return not_usable(fmt::format("cannot open {}: {}", parent, errno_text(errno)));
  if (auto error = lock_directory(directory, parent)) return std::move(*error);
  if (auto error = clear_stale(path)) return std::move(*error);

  Descriptor listening{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const sockaddr_un address = address_of(path);
  // The mode of the descriptor limits the mode of the file from its first moment; chmod then undoes the umask.
  if (!listening.valid() || ::fchmod(listening.number(), kSocketMode) != 0 ||
      ::bind(listening.number(), generic(address), sizeof address) != 0) {
    return not_usable(fmt::format("cannot make the control socket {}: {}", path, errno_text(errno)));
  }
  struct stat status {};
  if (::chmod(path.c_str(), kSocketMode) != 0 || ::lstat(path.c_str(), &status) != 0 ||
      ::listen(listening.number(), kBacklog) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    return not_usable(fmt::format("cannot listen on {}: {}", path, errno_text(error)));
  }
  return SocketFile{path, listening.release(), status.st_dev, status.st_ino};
}

SocketFile::SocketFile(std::string path, int descriptor, dev_t device, ino_t inode)
    : path_{std::move(path)}, descriptor_{descriptor}, device_{device}, inode_{inode} {}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_{std::move(other.path_)},
      descriptor_{std::exchange(other.descriptor_, -1)},
      device_{other.device_},
      inode_{other.inode_} {}

SocketFile::~SocketFile() {
  if (descriptor_ < 0) return;
  const std::string parent = parent_of(path_);
  const Descriptor directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  const bool locked = directory.valid() && !lock_directory(directory, parent);
  struct stat status {};
  if (locked && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
  ::close(descriptor_);
}

bool admits(const PeerCredentials& peer, uid_t owner, gid_t socket_group) {
  if (peer.user == 0 || peer.user == owner || peer.group == socket_group) return true;
  const auto& groups = peer.supplementary_groups;
  return std::find(groups.begin(), groups.end(), socket_group) != groups.end();
}

bool admits_peer_of(int connected, gid_t socket_group, uid_t& user) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(connected, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return false;
  user = credentials.uid;
  std::vector<gid_t> groups;
  socklen_t groups_size = 0;
  // With no room the kernel answers how much it needs.
  if (::getsockopt(connected, SOL_SOCKET, SO_PEERGROUPS, nullptr, &groups_size) != 0 && errno == ERANGE) {
    groups.resize(groups_size / sizeof(gid_t));
    if (::getsockopt(connected, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &groups_size) != 0) groups.clear();
  }
  return admits({credentials.uid, credentials.gid, groups}, ::geteuid(), socket_group);
}

}  // namespace subd::control
