#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

#include "base/result.hpp"

namespace subd::control {

struct SocketError {
  enum class Reason : std::uint8_t { InUse, NotUsable };
  Reason reason = Reason::NotUsable;
  std::string message;  ///< for the operator: the path, what is wrong, what to do
};

/// A listening UNIX stream socket at a path that this process holds alone.
///
/// * A file that nobody listens at any more is taken over; a live one is `InUse`; a file that is no socket stays.
/// * Missing parent directories are made, mode 0700. A parent that another user owns (but root) or that everybody may
///   write to is refused: its owner could put another socket in our place.
/// * The claim holds a lock on the parent directory, so that of two processes started at once exactly one wins.
/// * The destructor removes the file, but only if it is still the one that was made here.
///
/// Owner: any one thread.
class SocketFile {
 public:
  [[nodiscard]] static base::Result<SocketFile, SocketError> claim(const std::string& path);

  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;
  ~SocketFile();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Listening; stays owned by this object, so that the inode number cannot be given to a successor's file.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  SocketFile(std::string path, int descriptor, dev_t device, ino_t inode);

  std::string path_;
  int descriptor_;
  dev_t device_;
  ino_t inode_;
};

/// Who is at the other end, as the kernel vouches for it.
struct PeerCredentials {
  uid_t user = static_cast<uid_t>(-1);
  gid_t group = static_cast<gid_t>(-1);
  std::span<const gid_t> supplementary_groups;
};

/// True for root, for the owner of the socket and for members of the socket's group.
[[nodiscard]] bool admits(const PeerCredentials& peer, uid_t owner, gid_t socket_group);

/// The same for a connected socket; false when the kernel does not say. `user` is set where it does.
[[nodiscard]] bool admits_peer_of(int connected, gid_t socket_group, uid_t& user);

}  // namespace subd::control
