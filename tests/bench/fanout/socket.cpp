#include "fanout/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace subd::bench {

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) ::close(number_);
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor begin_connect(std::uint16_t port) {
  Descriptor out{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  require(static_cast<bool>(out), "socket");
  const int on = 1;
  ::setsockopt(out.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int result = ::connect(out.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  require(result == 0 || errno == EINPROGRESS, "connect");
  return out;
}

void send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    require(errno == EAGAIN || errno == EINTR, "send");
    pollfd room{descriptor, POLLOUT, 0};
    ::poll(&room, 1, 1000);
  }
}

std::string http_get(std::uint16_t port, std::string_view path) {
  const Descriptor socket = begin_connect(port);
  send_all(socket.number(),
           std::string{"GET "}.append(path).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  std::string text;
  std::array<char, 65536> piece;
  while (true) {
    const ssize_t got = ::recv(socket.number(), piece.data(), piece.size(), 0);
    if (got == 0) break;
    if (got > 0) {
      text.append(piece.data(), static_cast<std::size_t>(got));
      continue;
    }
    require(errno == EAGAIN || errno == EINTR, "recv");
    pollfd input{socket.number(), POLLIN, 0};
    require(::poll(&input, 1, 10'000) > 0, "an answer to a GET");
  }
  const std::size_t body = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 200") || body == std::string::npos) {
    throw std::runtime_error{"GET " + std::string{path} + " was answered with " + text.substr(0, text.find('\r'))};
  }
  return text.substr(body + 4);
}

void raise_file_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace subd::bench
