#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ws/client_frames.hpp"

namespace subd::server::test {

/// One frame from the server.
struct ServerFrame {
  std::uint8_t opcode = 0;
  std::string payload;

  [[nodiscard]] std::uint16_t close_code() const {
    if (opcode != 0x8 || payload.size() < 2) return 0;
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                      static_cast<std::uint8_t>(payload[1]));
  }
};

/// A blocking client that can also do what no client should. A read ends after 10 s at the latest.
class TcpClient {
 public:
  /// `receive_buffer_bytes` 0 = the kernel's choice.
  explicit TcpClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    if (receive_buffer_bytes > 0) {
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    const timeval limit{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  TcpClient(TcpClient&& other) noexcept
      : descriptor_{std::exchange(other.descriptor_, -1)},
        connected_{other.connected_},
        buffer_{std::move(other.buffer_)} {}
  TcpClient& operator=(TcpClient&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(connected_, other.connected_);
    buffer_.swap(other.buffer_);
    return *this;
  }
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;
  ~TcpClient() { close(); }

  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  /// Ends with a reset instead of an orderly end.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  void end_sending() const { ::shutdown(descriptor_, SHUT_WR); }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool connected() const { return connected_; }

  /// False when the server is gone before all is sent.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// A whole HTTP response with its body, or what came until the end. `head` = the answer to HEAD.
  std::string response(bool head = false) {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return std::exchange(buffer_, {});
    }
    end += 4;
    std::size_t length = 0;
    if (const auto at = buffer_.find("Content-Length: "); at < end && !head) {
      length = std::stoul(buffer_.substr(at + 16));
    }
    while (buffer_.size() < end + length && fill()) {
    }
    return take(std::min(buffer_.size(), end + length));
  }

  /// The next frame; nullopt at the end of the stream, after the time limit and for a frame that no server may send.
  std::optional<ServerFrame> frame() {
    if (!have(2)) return std::nullopt;
    const auto first = static_cast<std::uint8_t>(buffer_[0]);
    const auto second = static_cast<std::uint8_t>(buffer_[1]);
    if ((first & 0xF0) != 0x80 || (second & 0x80) != 0) return std::nullopt;
    std::size_t header = 2;
    std::uint64_t size = second;
    if (second >= 126) {
      const std::size_t bytes = second == 126 ? 2 : 8;
      header += bytes;
      if (!have(header)) return std::nullopt;
      size = 0;
      for (std::size_t i = 2; i < header; ++i) size = size << 8 | static_cast<std::uint8_t>(buffer_[i]);
    }
    if (size > (64u << 20) || !have(header + size)) return std::nullopt;
    ServerFrame frame{static_cast<std::uint8_t>(first & 0x0F), buffer_.substr(header, size)};
    take(header + size);
    return frame;
  }

  /// The payload of the next text frame, other frames skipped; empty when there is none.
  std::string text() {
    while (auto next = frame()) {
      if (next->opcode == 0x1) return next->payload;
    }
    return {};
  }
  /// The code of the server's close frame, other frames skipped; 0 when there is none.
  std::uint16_t close_code() {
    while (auto next = frame()) {
      if (next->opcode == 0x8) return next->close_code();
    }
    return 0;
  }
  /// Nothing more comes and the server has ended the connection.
  bool at_end() {
    if (!buffer_.empty()) return false;
    char byte = 0;
    return ::recv(descriptor_, &byte, 1, 0) == 0;
  }

  void send_text(std::string text) const { send(ws::test::text_frame(std::move(text))); }

 private:
  bool have(std::size_t bytes) {
    while (buffer_.size() < bytes) {
      if (!fill()) return false;
    }
    return true;
  }
  bool fill() {
    char piece[16384];
    const ssize_t got = ::recv(descriptor_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(got));
    return true;
  }
  std::string take(std::size_t bytes) {
    std::string out = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return out;
  }

  int descriptor_;
  bool connected_ = false;
  std::string buffer_;
};

}  // namespace subd::server::test
