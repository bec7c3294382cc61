#include "tls/session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>

#include "base/prefetch.hpp"

namespace subd::tls {
namespace {

/// Of OpenSSL's state: what each of its calls looks at first.
constexpr std::size_t kFirstBytes = 128;

}  // namespace

void Session::Free::operator()(ssl_st* session) const noexcept {
  SSL_free(session);
}

Session::Session(const Identity& identity, int descriptor) : ssl_{SSL_new(&identity.context())} {
  if (!ssl_ || SSL_set_fd(ssl_.get(), descriptor) != 1) throw std::bad_alloc{};
  SSL_set_accept_state(ssl_.get());
}

Outcome Session::outcome_of(int result) const noexcept {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Outcome::Done;
    case SSL_ERROR_WANT_READ:
      return Outcome::WantsInput;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::WantsRoom;
    case SSL_ERROR_ZERO_RETURN:
      return Outcome::Ended;
    default:
      return Outcome::Broken;
  }
}

Outcome Session::shake_hands() noexcept {
  ERR_clear_error();  // what SSL_get_error says depends on it
  return outcome_of(SSL_do_handshake(ssl_.get()));
}

std::string Session::failure() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "the client went away";
}

std::string_view Session::version() const noexcept {
  return SSL_get_version(ssl_.get());
}

Transfer Session::read(std::span<char> into) noexcept {
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
  return result == 1 ? Transfer{Outcome::Done, got} : Transfer{outcome_of(result), 0};
}

Transfer Session::write(std::string_view from) noexcept {
  Transfer done;
  while (done.bytes < from.size()) {
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), from.data() + done.bytes, from.size() - done.bytes, &sent);
    done.bytes += sent;
    if (result == 1) continue;
    // Without renegotiation a write waits for nothing but room.
    done.outcome = outcome_of(result) == Outcome::WantsRoom ? Outcome::WantsRoom : Outcome::Broken;
    break;
  }
  return done;
}

void Session::prefetch() const noexcept {
  base::prefetch<kFirstBytes>(ssl_.get());
}

bool Session::holds_input() const noexcept {
  return SSL_pending(ssl_.get()) > 0;
}

void Session::say_end() noexcept {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

}  // namespace subd::tls
