#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jwt_verifier.hpp"
#include "auth/principal.hpp"
#include "auth/revocations.hpp"
#include "base/clock.hpp"
#include "channel/message.hpp"
#include "market/quote.hpp"
#include "session/limits.hpp"
#include "session/outbox.hpp"
#include "session/rate_limit.hpp"
#include "session/request_limits.hpp"
#include "wire/close_reason.hpp"

namespace subd::session {

/// What a client speaks; the path of its upgrade chooses it.
enum class ClientKind : std::uint8_t { Indicators, Ticks, Kite, Publisher, Channel, Signals };

inline constexpr std::size_t kClientKinds = static_cast<std::size_t>(ClientKind::Signals) + 1;

/// `indicators ticks kite publisher channel signals`.
[[nodiscard]] std::string_view client_kind_name(ClientKind kind) noexcept;
/// `/ws/indicators /ws/ticks /kite/ /ws/ingest /ws/signals`; of channels, each of which has its own, `/ws/`.
[[nodiscard]] std::string_view client_path(ClientKind kind) noexcept;

/// All that an upgrade says of the client that is to be made.
struct ClientRole {
  ClientRole(ClientKind its_kind, channel::ChannelId of = {}) noexcept : kind{its_kind}, channel{of} {}
  ClientKind kind;
  channel::ChannelId channel;  ///< of ClientKind::Channel
  std::string since{};         ///< of ClientKind::Signals: the last one that the client has; may be empty
  /// Of ClientKind::Indicators: the resume token of a session that the client wants back. nullopt: it wants none.
  std::optional<std::string> resume{};
};

/// Where a client stands. Parked, it has no connection and waits for one.
enum class ClientState : std::uint8_t { AwaitingAuth, Open, Parked, Closing };

/// What a client needs of the connection that carries it. Called on the io thread, never re-entrantly.
class Transport {
 public:
  virtual ~Transport() = default;
  /// The outbox has something new: flush this connection at the end of the loop turn. Cheap and idempotent.
  virtual void request_flush() noexcept = 0;
  /// No further message is handed over until resume_input(); what the peer sends stays in its socket. May be called
  /// from within the handling of a message, but not resume_input().
  virtual void pause_input() noexcept {}
  virtual void resume_input() {}
  /// The client has shown whose it is; the limit, when that user has as many connections as may be.
  [[nodiscard]] virtual std::optional<std::size_t> belong_to(std::string_view user) {
    static_cast<void>(user);
    return std::nullopt;
  }
};

/// Totals of all clients of one io thread. Written there, read by anyone who posts for a copy.
struct ClientCounters {
  std::uint64_t messages_received = 0;
  std::uint64_t updates_offered = 0;
  std::uint64_t conflated = 0;
  std::uint64_t overflowed = 0;
  std::uint64_t errors = 0;
  std::uint64_t floods = 0;   ///< closed for sending more than they may
  std::uint64_t stalled = 0;  ///< closed for taking nothing
};

/// What all clients of one io thread share, whatever they speak. Lives longer than any of them.
struct ClientContext {
  const auth::JwtVerifier& verifier;
  const base::Clock& clock;
  const Limits& limits;
  ClientCounters counters;
  RequestLimits* requests = nullptr;                     ///< shared by all io threads; null: no limits over connections
  std::shared_ptr<const auth::RevocationSet> revoked{};  ///< tokens that hold no more; null: none
};

struct StreamReport {
  std::string symbol;
  std::string timeframe;
  std::vector<std::string> indicators;  ///< canonical ids; empty = base data only
};

/// One instrument whose raw ticks a client takes.
struct TickReport {
  std::uint32_t token = 0;
  std::string symbol;
  market::QuoteMode mode{};
  std::chrono::milliseconds throttle{0};
};

/// A copy of what one client is, for inspection.
struct ClientReport {
  ClientKind kind = ClientKind::Indicators;
  std::string id;
  std::string user;  ///< empty before authentication
  std::string session_claim;
  base::UtcTime since{};
  std::vector<StreamReport> streams;
  std::vector<TickReport> ticks;
  std::string_view channel{};  ///< its name, of ClientKind::Channel
  std::size_t queue_messages = 0;
  std::size_t queue_bytes = 0;  ///< with what the socket has not yet taken
  std::uint64_t conflated = 0;
  std::optional<base::UtcTime> last_heartbeat;
};

/// One WebSocket client, whatever it speaks: who it is, what waits to be sent, and when it has to go. Each kind adds
/// its messages and its subscriptions.
///
/// Owner:      one server connection, or a Parking in between; its io thread.
/// Invariants: what it is subscribed to belongs to it alone; a request of one client never touches another's. After
///             close() no message is handled and nothing but the close is queued; subscriptions are gone. While it is
///             parked nothing is queued and its subscriptions stay.
/// Errors:     more than Limits::max_errors of its own in the window close it with 4009, more than it may send with
///             4008, less than it has to take with 4005.
class Client {
 public:
  Client(ClientContext& context, Transport& transport, std::string id);
  virtual ~Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] virtual ClientKind kind() const noexcept = 0;

  /// Exactly one of these, once, when the WebSocket is open. Without a principal the client has Limits::auth_timeout to
  /// show who it is.
  void open(auth::Principal principal);
  void open_unauthenticated();

  // From the connection: whole messages, control frames, and a call a few times a second.
  /// So many bytes came, which are decoded next: whatever they are, there may be too many of them.
  void on_bytes(std::size_t count);
  void on_text(std::string_view text);
  void on_binary(std::string_view bytes);
  void on_ping(std::string_view payload);
  void on_pong();
  /// Timeouts: authentication, heartbeat, token expiry, soft outbox limit, stall.
  void on_timer();

  /// What another connection has to present to carry this client on; empty: none can.
  [[nodiscard]] virtual std::string_view resume_token() const noexcept { return {}; }
  /// Whether it may wait for another connection, when its own is lost now.
  [[nodiscard]] bool may_park() const noexcept {
    return state_ == ClientState::Open && !resume_token().empty() && (!reason_ || reason_->resumable);
  }
  /// Leaves its connection; what is queued is dropped. `nowhere` takes its place. REQUIRES: may_park().
  void park(Transport& nowhere);
  /// Goes on over another connection, with a token of the same user. REQUIRES: it is parked.
  void resume(Transport& transport, auth::Principal principal);

  /// Queues the close frame (nothing for an abrupt reason) and ends all subscriptions. The first reason stays.
  void close(const wire::CloseReason& reason);
  /// Tells the client when to come back, where its protocol has a word for it.
  virtual void say_goodbye(std::string_view reason, std::chrono::milliseconds retry_after);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] ClientState state() const noexcept { return state_; }
  /// Set once the client is to end; the connection sends what is queued (unless abrupt) and closes the socket.
  [[nodiscard]] const std::optional<wire::CloseReason>& closing_reason() const noexcept { return reason_; }
  [[nodiscard]] const auth::Principal& principal() const noexcept { return principal_; }
  [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
  [[nodiscard]] const Outbox& outbox() const noexcept { return outbox_; }
  [[nodiscard]] base::UtcTime since() const noexcept { return since_; }
  [[nodiscard]] ClientReport report() const;

 protected:
  // What a kind is made of.
  /// It is known who it is: the first message, if there is one, goes out.
  virtual void opened() = 0;
  /// REQUIRES: state() is not Closing.
  virtual void receive_text(std::string_view text) = 0;
  /// Refused by closing, unless the kind takes them.
  virtual void receive_binary(std::string_view bytes);
  /// Ends every subscription. Again: does nothing.
  virtual void end_subscriptions() = 0;
  /// Adds the subscriptions.
  virtual void describe(ClientReport& report) const = 0;
  /// Once per token, Limits::expiry_notice before it expires.
  virtual void token_expires_in(std::chrono::milliseconds left);
  /// No token came in time; the close follows.
  virtual void auth_timed_out() {}
  // Of a kind that has a resume_token().
  virtual void parked() {}
  /// Its first message on this connection goes out.
  virtual void resumed() {}
  /// Whether what it sends is held to Limits::message_rate.
  [[nodiscard]] virtual bool is_metered() const noexcept { return true; }
  /// An open client, as often as on_timer().
  virtual void every_sweep(base::MonoTime now) { static_cast<void>(now); }

  // What kinds use.
  void become_open(auth::Principal principal);
  /// A token that comes after the upgrade: counts the connection for its user; the limit when there are too many.
  [[nodiscard]] std::optional<std::size_t> count_for(const auth::Principal& principal) {
    return transport_->belong_to(principal.user_id);
  }
  /// Another token took the place of the one before.
  virtual void renewed() {}
  /// A token that follows the first: the same user, another expiry. REQUIRES: the same user_id.
  void renew(auth::Principal principal);
  /// A message of its own; with `barrier` the subscription's later updates stay behind it. Dropped while closing.
  void reply(std::string text, hub::Subscription* barrier = nullptr);
  /// What a push into the outbox did: counts it, and lets the client end when it has no room. Safe within a fan-out:
  /// only the reason is set here, the connection ends at the flush.
  void pushed(PushOutcome outcome) noexcept;
  /// Charges a request to what its user and its token may ask over all connections; a refusal when that is too much.
  [[nodiscard]] std::optional<RequestLimits::Refusal> charge_request() noexcept;
  /// One error of the client's making; one too many closes it.
  void spend_error();
  /// The client has shown life by a message made for that.
  void note_heartbeat(base::UtcTime now) noexcept { last_heartbeat_ = now; }
  [[nodiscard]] bool accepts_updates() const noexcept { return state_ == ClientState::Open && !reason_; }
  [[nodiscard]] ClientContext& context() const noexcept { return context_; }

 private:
  /// The peer is gone without having said so.
  void lose(const wire::CloseReason& reason);
  void received() noexcept { last_received_ = context_.clock.mono_now(); }
  /// It has said something; false: it is closed for saying too much.
  [[nodiscard]] bool hear();
  /// Charges what it sent; false: too much, and it is closed.
  [[nodiscard]] bool charge(double cost);
  /// Whether it takes too little of what waits for it.
  [[nodiscard]] bool is_too_slow(base::MonoTime now) noexcept;
  void check_token(base::UtcTime now);

  ClientContext& context_;
  Transport* transport_;  ///< never null
  std::string id_;
  auth::Principal principal_;
  ClientState state_ = ClientState::AwaitingAuth;
  bool expiry_announced_ = false;
  std::optional<wire::CloseReason> reason_;
  Outbox outbox_;
  ErrorBudget errors_;
  std::uint64_t conflated_ = 0;
  base::UtcTime since_;
  base::MonoTime opened_;
  base::MonoTime last_received_;
  base::MonoTime next_ping_;
  Meter sent_;  ///< by the client
  std::optional<base::MonoTime> over_soft_since_;
  base::MonoTime progress_at_;  ///< when it had taken all, or at least something
  std::uint64_t progress_ = 0;  ///< Outbox::progress() of then
  std::optional<base::UtcTime> last_heartbeat_;
};

}  // namespace subd::session
