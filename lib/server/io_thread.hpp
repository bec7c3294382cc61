#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/api_keys.hpp"
#include "auth/revocations.hpp"
#include "channel/channel_hub.hpp"
#include "hub/hub.hpp"
#include "hub/market_link.hpp"
#include "hub/signal_hub.hpp"
#include "hub/tick_hub.hpp"
#include "server/drain_plan.hpp"
#include "server/listener.hpp"
#include "server/reports.hpp"
#include "server/server_context.hpp"
#include "session/client.hpp"
#include "session/parking.hpp"
#include "session/rest_sessions.hpp"
#include "tls/identity.hpp"

namespace subd::server {

/// One io thread: its listeners, its connections with their clients, and the hub that feeds them. Shares nothing with the
/// other io threads but ServerContext.
///
/// Each turn of its loop handles what is ready, up to a bounded number of events, and then writes out every connection
/// that has something new with one send.
///
/// Threads:    constructed, started, joined and destroyed by one thread. Members marked "any thread" from any; the rest
///             only from tasks that were posted here.
/// Invariants: posted tasks run in the order of their posts from one thread, until the thread has ended; later ones are
///             dropped unrun.
class IoThread {
 public:
  IoThread(const ServerContext& context, hub::MarketLink& market, hub::TickLink& ticks, channel::MarketLink& channels,
           hub::SignalLink& signals, Listener listener);
  /// Stops.
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Before start(): what is subscribed is told to `sink` every few seconds and at the end, on the io thread.
  void report_usage_to(std::function<void(std::vector<hub::Usage>)> sink);
  /// Before start(): REST sessions outlive the process there.
  void keep_rest_sessions_in(session::RestLedger& ledger) noexcept;
  /// Before start(): clients that come to that listener are served through TLS.
  void serve_tls(Listener listener, std::shared_ptr<const tls::Identity> identity);
  /// Before start() of any: all io threads of the process, this one at `number`. A client that another one carries is
  /// resumed there, whichever accepted its connection. The others may end before this one, or after it.
  void introduce(const std::vector<IoThread*>& all, std::size_t number);
  void start();
  /// Cuts what is open and waits for the thread to end. Again: does nothing.
  void stop();
  /// Waits for the thread to end after drain().
  void join();

  /// Any thread. The task must not throw.
  void post(std::function<void()> task);
  /// Any thread. New clients are refused from now on; those that are connected stay.
  void stop_accepting();
  /// Any thread. Refuses new clients with 503, tells every client the reason and a time of its own to come back, and
  /// closes it with 1001, one after the other as the plan has it. The thread ends when the last connection of all
  /// threads is gone, at the latest when the plan says so. Again: by the newer plan.
  void drain(DrainPlan plan);

  /// Any thread: `127.0.0.1:8081`.
  [[nodiscard]] const std::string& address() const noexcept;

  // From posted tasks.
  /// The keys that requests are checked against from now on; none before the first call. Who came with a key that is
  /// not among them is closed.
  void set_api_keys(std::shared_ptr<const auth::ApiKeySet> keys);
  /// The tokens that are refused from now on, and whose connections are closed; none before the first call.
  void set_revoked(std::shared_ptr<const auth::RevocationSet> revoked);
  /// What new tokens are checked with from now on; that of the context before the first call. Who is in stays.
  void set_verifier(auth::JwtVerifier verifier);
  [[nodiscard]] const auth::JwtVerifier& verifier() const noexcept;
  /// Other times and limits, for the clients that are there as well. Where it listens and how stays as it was.
  void change(const Settings& settings, const session::Limits& limits);
  /// Who comes for TLS from now on sees that one; those that are connected are not touched. REQUIRES: serve_tls().
  void set_identity(std::shared_ptr<const tls::Identity> identity);
  [[nodiscard]] hub::Hub& hub() noexcept;
  [[nodiscard]] hub::TickHub& ticks() noexcept;
  [[nodiscard]] session::RestSessions& rest() noexcept;
  [[nodiscard]] channel::ChannelHub& channels() noexcept;
  [[nodiscard]] hub::SignalHub& signals() noexcept;
  [[nodiscard]] Counters counters() const;
  /// Of one user; of everybody where `user` is empty.
  [[nodiscard]] std::vector<ConnectionReport> connections(std::string_view user = {}) const;
  [[nodiscard]] std::vector<UserReport> users(std::string_view user = {}) const;
  [[nodiscard]] std::optional<ConnectionReport> connection(std::string_view id) const;
  /// The last 1,000 that ended, newest first.
  [[nodiscard]] std::vector<ClosedConnection> closed_connections() const;
  [[nodiscard]] std::vector<session::ParkedReport> parked_sessions() const;
  /// For an operator's close and changes of subscriptions, parked ones too; null when there is none. Not to be kept.
  [[nodiscard]] session::Client* find_client(std::string_view id) noexcept;

 private:
  struct State;  // keeps Asio and Beast out of this header
  std::unique_ptr<State> state_;
};

}  // namespace subd::server
