#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "auth/api_keys.hpp"
#include "auth/principal.hpp"
#include "auth/revocations.hpp"
#include "server/arrival.hpp"
#include "server/connection_set.hpp"
#include "server/http_connection.hpp"
#include "server/reports.hpp"
#include "server/server_context.hpp"

namespace subd::server {

/// The connections of one io thread that are not (yet) WebSockets.
///
/// Owner: one io thread.
class HttpSet {
 public:
  /// `turn_left` is how many events the thread handles before it writes; outlives the set.
  HttpSet(std::shared_ptr<boost::asio::io_context> io_context, const ServerContext& context, ConnectionSet& websockets,
          Counters& counters, int& turn_left);
  ~HttpSet();
  HttpSet(const HttpSet&) = delete;
  HttpSet& operator=(const HttpSet&) = delete;

  /// Takes over a connection that was just accepted, or closes it when even those over the limit are too many.
  void admit(int descriptor, const Tcp::endpoint& peer);
  /// The same of one that begins with a handshake, of which there may be too many, too. REQUIRES: an identity.
  void admit_tls(int descriptor, const Tcp::endpoint& peer);
  void on_timer();
  void reap();
  void drain();
  void cut_all();
  [[nodiscard]] bool empty() const noexcept { return connections_.empty(); }
  [[nodiscard]] std::size_t count() const noexcept { return connections_.size(); }

  void set_api_keys(std::shared_ptr<const auth::ApiKeySet> keys) noexcept { api_keys_ = std::move(keys); }
  void set_revoked(std::shared_ptr<const auth::RevocationSet> revoked) noexcept { revoked_ = std::move(revoked); }
  /// Who this server is to those that come for TLS from now on.
  void set_identity(std::shared_ptr<const tls::Identity> identity) noexcept { identity_ = std::move(identity); }
  /// Null: nobody comes for TLS.
  [[nodiscard]] const tls::Identity* identity() const noexcept { return identity_.get(); }
  /// Whether the token or the key that it once came with would not let it in now.
  [[nodiscard]] bool refuses(const auth::Principal& principal) const noexcept;

  /// Sends a stream to another io thread; false, and nothing is taken, where there is none of that number.
  using Forward = std::function<bool(std::size_t io_thread, ByteStream& stream, Arrival& arrival)>;
  void forward_by(Forward forward) { forward_ = std::move(forward); }
  /// A stream whose upgrade this or another io thread accepted.
  void land(ByteStream stream, Arrival arrival);

  // For HttpConnection.
  void ended() noexcept { ++ended_; }
  /// A handshake computes for as long as many other events take: it costs the turn as much.
  void spend_on_handshake() noexcept { turn_left_ -= kEventsPerHandshake; }
  /// To the io thread that carries its client: this one, or the one that a resume token names.
  void hand_over(ByteStream stream, const Tcp::endpoint& client, Admission::Place place, UpgradeAccepted accepted,
                 boost::beast::flat_buffer& early);
  [[nodiscard]] const auth::ApiKeySet& api_keys() const noexcept { return *api_keys_; }
  /// Null: no token is revoked.
  [[nodiscard]] const auth::RevocationSet* revoked() const noexcept { return revoked_.get(); }
  [[nodiscard]] const ServerContext& context() const noexcept { return context_; }
  [[nodiscard]] Counters& counters() noexcept { return counters_; }
  [[nodiscard]] bool draining() const noexcept { return draining_; }
  /// Shared, so that a late answer from another thread has somewhere to go.
  [[nodiscard]] const std::shared_ptr<boost::asio::io_context>& io_context() const noexcept { return io_context_; }

 private:
  static constexpr int kEventsPerHandshake = 32;
  static constexpr int kEventsPerAdmission = 2;

  /// Lets the connection in, over the limit where that may be; null when it was closed.
  HttpConnection* take(int descriptor, const Tcp::endpoint& peer, const tls::Identity* identity);
  /// Cuts the one that has waited longest for its client, where there are as many as may be.
  void make_room();

  std::shared_ptr<boost::asio::io_context> io_context_;
  const ServerContext& context_;
  ConnectionSet& websockets_;
  Counters& counters_;
  int& turn_left_;
  std::shared_ptr<const tls::Identity> identity_;
  std::shared_ptr<const auth::ApiKeySet> api_keys_ = std::make_shared<const auth::ApiKeySet>();
  std::shared_ptr<const auth::RevocationSet> revoked_;
  Forward forward_;  ///< empty: there is no other io thread
  std::vector<std::shared_ptr<HttpConnection>> connections_;
  std::size_t over_limit_ = 0;  ///< among connections_, those without a place when they came
  std::size_t ended_ = 0;       ///< among connections_, until they are reaped
  bool draining_ = false;
};

}  // namespace subd::server
