#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "server/socket.hpp"
#include "tls/session.hpp"

namespace subd::server {

using tls::Outcome;
using tls::Transfer;

/// The bytes of one connection, as they are or through TLS: what reads and writes them need not know which.
///
/// Owner:      the connection; its io thread.
/// Invariants: no operation blocks. One that wants something is tried again after async_wait().
/// REQUIRES:   SIGPIPE is ignored.
class ByteStream {
 public:
  explicit ByteStream(Socket socket) noexcept : socket_{std::move(socket)} {}
  /// Through TLS; the handshake comes first.
  ByteStream(Socket socket, const tls::Identity& identity);
  /// What was taken apart().
  ByteStream(Socket socket, std::optional<tls::Session> session) noexcept
      : socket_{std::move(socket)}, tls_{std::move(session)} {}

  /// For another loop. REQUIRES: no operation is under way.
  [[nodiscard]] std::pair<Socket, std::optional<tls::Session>> apart() && {
    return {std::move(socket_), std::move(tls_)};
  }
  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
  [[nodiscard]] bool is_encrypted() const noexcept { return tls_.has_value(); }
  /// Of a stream through TLS alone.
  [[nodiscard]] Outcome shake_hands() noexcept { return tls_->shake_hands(); }

  /// What is there, at most as much as fits.
  [[nodiscard]] Transfer read(std::span<char> into) noexcept;
  /// As much as the socket takes. After WantsRoom the same bytes have to come first.
  [[nodiscard]] Transfer write(std::string_view from) noexcept;
  /// Before a write() that comes soon. A hint.
  void prefetch() const noexcept {
    if (tls_) tls_->prefetch();
  }
  /// Something can be read of which the socket does not tell.
  [[nodiscard]] bool holds_input() const noexcept { return tls_ && tls_->holds_input(); }

  /// Calls `handler(error_code)` once what `outcome` wants is there, or at the end. The executor's thread.
  template <class Handler>
  void async_wait(Outcome outcome, Handler&& handler) {
    socket_.async_wait(outcome == Outcome::WantsRoom ? Socket::wait_write : Socket::wait_read,
                       std::forward<Handler>(handler));
  }

  /// Tells the peer that nothing follows; it may still send.
  void end_output() noexcept;
  /// The close destroys what the peer has not taken, where the kernel would offer it for minutes more.
  void reset_on_close() noexcept;
  void close() noexcept;

 private:
  Socket socket_;
  std::optional<tls::Session> tls_;
};

}  // namespace subd::server
