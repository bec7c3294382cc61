#include "server/byte_stream.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace subd::server {
namespace {

bool is_later() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

Transfer receive(int descriptor, std::span<char> into) noexcept {
  while (true) {
    const ssize_t got = ::recv(descriptor, into.data(), into.size(), MSG_DONTWAIT);
    if (got > 0) return {Outcome::Done, static_cast<std::size_t>(got)};
    if (got == 0) return {Outcome::Ended, 0};
    if (errno != EINTR) return {is_later() ? Outcome::WantsInput : Outcome::Broken, 0};
  }
}

Transfer send_now(int descriptor, std::string_view from) noexcept {
  while (true) {
    const ssize_t sent = ::send(descriptor, from.data(), from.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      const auto bytes = static_cast<std::size_t>(sent);
      return {bytes == from.size() ? Outcome::Done : Outcome::WantsRoom, bytes};
    }
    if (errno != EINTR) return {is_later() ? Outcome::WantsRoom : Outcome::Broken, 0};
  }
}

}  // namespace

ByteStream::ByteStream(Socket socket, const tls::Identity& identity)
    : socket_{std::move(socket)}, tls_{std::in_place, identity, socket_.native_handle()} {}

Transfer ByteStream::read(std::span<char> into) noexcept {
  return tls_ ? tls_->read(into) : receive(socket_.native_handle(), into);
}

Transfer ByteStream::write(std::string_view from) noexcept {
  return tls_ ? tls_->write(from) : send_now(socket_.native_handle(), from);
}

void ByteStream::end_output() noexcept {
  if (tls_) tls_->say_end();
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void ByteStream::reset_on_close() noexcept {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
}

void ByteStream::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
  tls_.reset();
}

}  // namespace subd::server
