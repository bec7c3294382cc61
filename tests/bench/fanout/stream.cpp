#include "fanout/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <stdexcept>
#include <string>

namespace subd::bench {
namespace {

constexpr int kPatienceMs = 1000;

void await(int descriptor, short events) {
  pollfd wanted{descriptor, events, 0};
  ::poll(&wanted, 1, kPatienceMs);
}

[[noreturn]] void fail(const char* what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  throw std::runtime_error{std::string{what} + ": " + (reason != nullptr ? reason : "the server went away")};
}

}  // namespace

std::shared_ptr<ssl_ctx_st> make_client_tls() {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
  if (!context) throw std::bad_alloc{};
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

void Stream::Free::operator()(ssl_st* session) const noexcept {
  SSL_free(session);
}

Stream::Stream(std::uint16_t port, ssl_ctx_st* tls) : socket_{begin_connect(port)} {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_.number()) != 1) throw std::bad_alloc{};
  SSL_set_connect_state(tls_.get());
}

bool Stream::shake_hands() {
  if (!tls_) return true;
  while (true) {
    ERR_clear_error();
    const int result = SSL_do_handshake(tls_.get());
    if (result == 1) return true;
    switch (SSL_get_error(tls_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return false;
      case SSL_ERROR_WANT_WRITE:  // at most until the connection is there
        await(socket_.number(), POLLOUT);
        break;
      default:
        fail("the handshake");
    }
  }
}

ssize_t Stream::receive(std::span<char> into) {
  if (!tls_) {
    const ssize_t got = ::recv(socket_.number(), into.data(), into.size(), MSG_DONTWAIT);
    return got >= 0 || errno == EAGAIN || errno == EINTR ? got : 0;
  }
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(tls_.get(), into.data(), into.size(), &got);
  if (result == 1) return static_cast<ssize_t>(got);
  return SSL_get_error(tls_.get(), result) == SSL_ERROR_WANT_READ ? -1 : 0;
}

void Stream::send_all(std::string_view bytes) {
  if (!tls_) return bench::send_all(socket_.number(), bytes);
  while (!bytes.empty()) {
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
    if (result == 1) {
      bytes.remove_prefix(sent);
    } else if (SSL_get_error(tls_.get(), result) == SSL_ERROR_WANT_WRITE) {
      await(socket_.number(), POLLOUT);
    } else {
      fail("sending");
    }
  }
}

}  // namespace subd::bench
