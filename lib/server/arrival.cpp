#include "server/arrival.hpp"

#include <unistd.h>

#include <utility>

namespace subd::server {

LooseStream::LooseStream(ByteStream stream) : protocol_{Tcp::v4()} {
  auto [socket, session] = std::move(stream).apart();
  tls_ = std::move(session);
  boost::system::error_code error;
  const Tcp::endpoint local = socket.local_endpoint(error);
  if (!error) protocol_ = local.protocol();
  const int descriptor = socket.release(error);
  if (!error) descriptor_ = descriptor;
}

LooseStream::LooseStream(LooseStream&& other) noexcept
    : protocol_{other.protocol_}, descriptor_{std::exchange(other.descriptor_, -1)}, tls_{std::move(other.tls_)} {}

LooseStream::~LooseStream() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ByteStream LooseStream::on(boost::asio::io_context& io_context) && {
  Socket socket{io_context};
  boost::system::error_code error;
  socket.assign(protocol_, descriptor_, error);
  if (!error) descriptor_ = -1;
  return ByteStream{std::move(socket), std::move(tls_)};
}

}  // namespace subd::server
