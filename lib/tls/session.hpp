#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tls/identity.hpp"

struct ssl_st;

namespace subd::tls {

/// How far an operation on a non-blocking connection came.
enum class Outcome : std::uint8_t {
  Done,
  WantsInput,  ///< again when the socket can be read
  WantsRoom,   ///< again when the socket can be written
  Ended,       ///< the peer sends no more
  Broken,      ///< nothing works any more
};

struct Transfer {
  Outcome outcome = Outcome::Done;
  std::size_t bytes = 0;  ///< moved before that
};

/// The server's side of TLS on one connection.
///
/// Owner:    that of the connection. Uses the descriptor and does not close it.
/// Memory:   about 14 KB while idle.
/// REQUIRES: the descriptor does not block, and SIGPIPE is ignored.
class Session {
 public:
  Session(const Identity& identity, int descriptor);

  /// The next part of the handshake; Done when it is complete.
  [[nodiscard]] Outcome shake_hands() noexcept;
  /// Why the handshake failed, for a log: `unsupported protocol`. After Broken alone.
  [[nodiscard]] static std::string failure();
  /// `TLSv1.3`
  [[nodiscard]] std::string_view version() const noexcept;

  // After the handshake.
  /// Up to one record. A buffer that holds a record is never left with more to read that the socket does not tell of.
  [[nodiscard]] Transfer read(std::span<char> into) noexcept;
  /// As much as the socket takes. After WantsRoom the same bytes come first, from wherever.
  [[nodiscard]] Transfer write(std::string_view from) noexcept;
  /// Fetches what a write() that comes soon begins with. A hint.
  void prefetch() const noexcept;
  /// Bytes were read from the socket and not yet asked for.
  [[nodiscard]] bool holds_input() const noexcept;
  /// Tells the peer that nothing follows, if the socket takes it at once.
  void say_end() noexcept;

 private:
  struct Free {
    void operator()(ssl_st* session) const noexcept;
  };
  [[nodiscard]] Outcome outcome_of(int result) const noexcept;

  std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace subd::tls
