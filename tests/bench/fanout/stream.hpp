#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "fanout/socket.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace subd::bench {

/// What TLS connections of the client share. It believes every certificate: the server is the bench's own.
[[nodiscard]] std::shared_ptr<ssl_ctx_st> make_client_tls();

/// A connection of the client to 127.0.0.1, as it is or through TLS. Does not block, but for send_all().
class Stream {
 public:
  Stream() = default;
  /// Under way; `tls` null: without TLS.
  Stream(std::uint16_t port, ssl_ctx_st* tls);

  [[nodiscard]] int number() const noexcept { return socket_.number(); }
  [[nodiscard]] bool is_encrypted() const noexcept { return tls_ != nullptr; }
  /// The next step of the handshake; whether it is over, which it is at once without TLS. Throws when it failed.
  [[nodiscard]] bool shake_hands();
  /// As recv(): bytes, 0 at the end, -1 when there are none now. Through TLS those of one record at most; what comes
  /// behind it the socket still tells of.
  [[nodiscard]] ssize_t receive(std::span<char> into);
  /// All of it, waiting for room where there is none; throws when the peer is gone. After the handshake.
  void send_all(std::string_view bytes);

 private:
  struct Free {
    void operator()(ssl_st* session) const noexcept;
  };

  Descriptor socket_;
  std::unique_ptr<ssl_st, Free> tls_;
};

}  // namespace subd::bench
