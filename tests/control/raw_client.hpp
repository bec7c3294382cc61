#pragma once

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace subd::test {

/// Bytes in, bytes out over a UNIX socket, for what a proper HTTP client would never send. Reads end after 10 s.
class RawClient {
 public:
  explicit RawClient(const std::string& path) : descriptor_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const timeval limit{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient(RawClient&& other) noexcept
      : descriptor_{std::exchange(other.descriptor_, -1)}, connected_{other.connected_} {}
  ~RawClient() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] bool connected() const { return connected_; }

  /// Sends as much as the server takes; it may close in the middle.
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// All that comes until the server closes; `closed` tells that it did.
  [[nodiscard]] std::string read_to_end() {
    std::string text;
    char buffer[4096];
    while (true) {
      const ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
      if (got <= 0) {
        closed = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
        return text;
      }
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }

  /// Up to and with `end`.
  [[nodiscard]] std::string read_until(std::string_view end) const {
    std::string text;
    char byte = 0;
    while (text.find(end) == std::string::npos && ::recv(descriptor_, &byte, 1, 0) == 1) text += byte;
    return text;
  }

  bool closed = false;

 private:
  int descriptor_;
  bool connected_ = false;
};

}  // namespace subd::test
