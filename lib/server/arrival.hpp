#pragma once

#include <optional>
#include <string>

#include "auth/principal.hpp"
#include "server/admission.hpp"
#include "server/byte_stream.hpp"
#include "server/socket.hpp"
#include "session/client.hpp"

namespace subd::server {

/// All that belongs to a connection, beside its stream, whose 101 response is written: it goes with the stream to the io
/// thread that carries its client.
struct Arrival {
  Tcp::endpoint client;  ///< where it comes from, which need not be the peer
  Admission::Place place;
  session::ClientRole role;
  std::optional<auth::Principal> principal;
  std::string early;        ///< bytes that came behind the upgrade request
  bool compressed = false;  ///< permessage-deflate was agreed on
};

/// A stream that belongs to no io thread: its bare descriptor, closed if nobody takes it, and what TLS knows of it.
class LooseStream {
 public:
  /// REQUIRES: no operation of the stream is under way.
  explicit LooseStream(ByteStream stream);
  LooseStream(LooseStream&& other) noexcept;
  LooseStream& operator=(LooseStream&&) = delete;
  ~LooseStream();

  /// The same stream on that loop; a closed one if it cannot be.
  [[nodiscard]] ByteStream on(boost::asio::io_context& io_context) &&;

 private:
  Tcp protocol_;
  int descriptor_ = -1;
  std::optional<tls::Session> tls_;  ///< uses the descriptor, which stays the same
};

}  // namespace subd::server
