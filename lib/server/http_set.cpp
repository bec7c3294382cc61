#include "server/http_set.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "server/client_address.hpp"
#include "session/resume_token.hpp"

namespace subd::server {
namespace {

/// Connections beyond the limit that are held long enough to be told so, or to be asked how the server is.
constexpr std::size_t kOverLimitPlaces = 64;
/// Connections whose time is over are cut so many at a time, so that a crowd of them does not hold the thread up.
constexpr std::size_t kCutsPerSweep = 256;

}  // namespace

HttpSet::HttpSet(std::shared_ptr<boost::asio::io_context> io_context, const ServerContext& context,
                 ConnectionSet& websockets, Counters& counters, int& turn_left)
    : io_context_{std::move(io_context)},
      context_{context},
      websockets_{websockets},
      counters_{counters},
      turn_left_{turn_left} {}

HttpSet::~HttpSet() = default;

void HttpSet::admit(int descriptor, const Tcp::endpoint& peer) {
  if (HttpConnection* connection = take(descriptor, peer, nullptr)) connection->start();
}

void HttpSet::admit_tls(int descriptor, const Tcp::endpoint& peer) {
  Admission::Handshake handshake;
  const bool shared = is_trusted_proxy(address_of(peer), context_.settings.trusted_proxies);
  if (const auto refusal = context_.admission.begin(handshake, address_of(peer), shared)) {
    ++counters_.accepted;
    ++counters_.tls.refused;
    ++counters_.refused[{refusal->reason(), {}, 0}];
    ::close(descriptor);
    return;
  }
  if (HttpConnection* connection = take(descriptor, peer, identity_.get())) connection->start(std::move(handshake));
}

HttpConnection* HttpSet::take(int descriptor, const Tcp::endpoint& peer, const tls::Identity* identity) {
  ++counters_.accepted;
  turn_left_ -= kEventsPerAdmission;
  make_room();
  Admission::Place place = context_.admission.take();
  std::optional<Refusal> refusal;
  if (!place) {
    refusal = context_.admission.full();
  } else if (!is_trusted_proxy(address_of(peer), context_.settings.trusted_proxies)) {
    // Of a proxy's client the address comes with the request.
    refusal = place.come_from(address_of(peer));
    if (refusal) place = {};
  }
  if (refusal && over_limit_ >= kOverLimitPlaces) {
    ++counters_.refused[{refusal->reason(), {}, 0}];
    ::close(descriptor);
    return nullptr;
  }
  Socket socket{*io_context_};
  boost::system::error_code error;
  socket.assign(peer.protocol(), descriptor, error);
  if (error) {
    ::close(descriptor);
    return nullptr;
  }
  ByteStream stream = identity != nullptr ? ByteStream{std::move(socket), *identity} : ByteStream{std::move(socket)};
  connections_.push_back(std::make_shared<HttpConnection>(*this, std::move(stream), peer, std::move(place), refusal));
  if (refusal) ++over_limit_;
  return connections_.back().get();
}

void HttpSet::make_room() {
  if (connections_.size() - ended_ < context_.settings.max_http_connections) return;
  // They are in the order in which they came.
  const auto oldest = std::find_if(connections_.begin(), connections_.end(),
                                   [](const auto& connection) { return connection->awaits_request(); });
  if (oldest == connections_.end()) return;
  ++counters_.refused[{"http_connection_limit", {}, 0}];
  (*oldest)->cut();
}

void HttpSet::hand_over(ByteStream stream, const Tcp::endpoint& client, Admission::Place place,
                        UpgradeAccepted accepted, boost::beast::flat_buffer& early) {
  ++ended_;
  const auto bytes = early.data();
  Arrival arrival{client,
                  std::move(place),
                  {accepted.kind, accepted.channel},
                  std::move(accepted.principal),
                  {static_cast<const char*>(bytes.data()), bytes.size()}};
  arrival.compressed = accepted.compressed;
  arrival.role.since = std::move(accepted.since);
  arrival.role.resume = std::move(accepted.resume);
  if (forward_ && arrival.role.resume && arrival.principal) {
    const auto owner = session::io_thread_of(*arrival.role.resume);
    if (owner && forward_(*owner, stream, arrival)) return;
  }
  land(std::move(stream), std::move(arrival));
}

void HttpSet::land(ByteStream stream, Arrival arrival) {
  const bool is_refused = arrival.principal && refuses(*arrival.principal);
  websockets_.adopt(std::move(stream), std::move(arrival));
  // It was let in, and then sent away, while the answer to its upgrade was on the way.
  if (is_refused) websockets_.close_if([this](const auth::Principal& principal) { return refuses(principal); });
}

bool HttpSet::refuses(const auth::Principal& principal) const noexcept {
  if (principal.by_key) return !api_keys_->holds(principal);
  return revoked_ && revoked_->covers(principal);
}

void HttpSet::on_timer() {
  const base::MonoTime now = context_.clock.mono_now();
  const std::size_t before = ended_;
  for (const auto& connection : connections_) {
    connection->on_timer(now);
    if (ended_ - before >= kCutsPerSweep) return;  // the next sweep goes on
  }
}

void HttpSet::reap() {
  if (std::exchange(ended_, 0) == 0) return;
  std::erase_if(connections_, [this](const std::shared_ptr<HttpConnection>& connection) {
    if (!connection->ended()) return false;
    if (connection->over_limit()) --over_limit_;
    return true;
  });
  // A burst of handshakes leaves nothing behind.
  if (connections_.empty()) connections_.shrink_to_fit();
}

void HttpSet::drain() {
  draining_ = true;
  for (const auto& connection : connections_) connection->drain();
}

void HttpSet::cut_all() {
  for (const auto& connection : connections_) connection->cut();
}

}  // namespace subd::server
