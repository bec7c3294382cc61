#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jwt_verifier.hpp"
#include "auth/principal.hpp"
#include "base/clock.hpp"
#include "hub/hub.hpp"
#include "session/directory.hpp"
#include "session/limits.hpp"
#include "session/outbox.hpp"
#include "session/rate_limit.hpp"
#include "wire/client_message.hpp"
#include "wire/close_reason.hpp"

namespace subd::session {

/// What a session needs of the connection that carries it. Called on the io thread, never re-entrantly.
class Transport {
 public:
  virtual ~Transport() = default;
  /// The outbox has something new: flush this connection at the end of the loop turn. Cheap and idempotent.
  virtual void request_flush() noexcept = 0;
};

/// Totals of all sessions of one io thread. Written there, read by anyone who posts for a copy.
struct SessionCounters {
  std::uint64_t opened = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t updates_offered = 0;
  std::uint64_t conflated = 0;
  std::uint64_t overflowed = 0;
  std::uint64_t errors = 0;
};

/// What all sessions of one io thread share. Lives longer than any of them.
struct SessionContext {
  hub::Hub& hub;
  const Directory& directory;
  const auth::JwtVerifier& verifier;
  const base::Clock& clock;
  const Limits& limits;
  SessionCounters counters;
};

/// Where a session stands.
enum class SessionState : std::uint8_t { AwaitingAuth, Open, Closing };

/// One client's connection state: who it is, what it subscribed to, what waits to be sent.
///
/// Owner:      one server connection; the hub's io thread.
/// Invariants: every subscription belongs to this session alone; a request of one session never touches another's.
///             After close() no request is handled and nothing but the close is queued; subscriptions are gone.
/// Errors:     bad input becomes an `error` message; more than Limits::max_errors in the window closes with 4009.
class Session final : public hub::Subscriber {
 public:
  Session(SessionContext& context, Transport& transport, std::string id);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Exactly one of these, once, when the WebSocket is open.
  void open(auth::Principal principal);
  void open_unauthenticated();

  // From the connection.
  void on_text(std::string_view text);
  void on_ping(std::string_view payload);
  void on_pong() noexcept { received(); }

  /// Timeouts: authentication, heartbeat, token expiry, soft outbox limit. Called a few times a second.
  void on_timer();

  /// Queues the close frame (nothing for an abrupt reason) and ends all subscriptions. The first reason stays.
  void close(const wire::CloseReason& reason);
  void say_goodbye(std::string_view reason, std::chrono::milliseconds retry_after);

  // From an operator, through the control plane; answers as a client's request would, without an id.
  [[nodiscard]] std::optional<wire::Error> add_subscription(const wire::SubscribeRequest& request);
  [[nodiscard]] std::optional<wire::Error> remove_subscription(const wire::UnsubscribeRequest& request);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] SessionState state() const noexcept { return state_; }
  /// Set once the session is to end; the connection sends what is queued (unless abrupt) and closes the socket.
  [[nodiscard]] const std::optional<wire::CloseReason>& closing_reason() const noexcept { return reason_; }
  [[nodiscard]] const auth::Principal& principal() const noexcept { return principal_; }
  [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
  [[nodiscard]] const Outbox& outbox() const noexcept { return outbox_; }
  [[nodiscard]] const std::vector<hub::Subscription*>& subscriptions() const noexcept { return subscriptions_; }
  [[nodiscard]] base::UtcTime since() const noexcept { return since_; }
  [[nodiscard]] std::optional<base::UtcTime> last_heartbeat() const noexcept { return last_heartbeat_; }
  [[nodiscard]] std::uint64_t conflated() const noexcept { return conflated_; }

  // hub::Subscriber
  void offer(hub::Subscription& subscription, const wire::UpdatePtr& update) noexcept override;
  void attached(hub::Subscription& subscription, const wire::RequestId& request, const wire::SnapshotData& snapshot,
                const hub::UpstreamStatus& upstream) override;
  void refused(hub::Subscription& subscription, const wire::RequestId& request, const wire::Error& error,
               bool destroyed) override;
  void upstream_changed(hub::Subscription& subscription, const hub::UpstreamStatus& upstream) override;

 private:
  void handle(const wire::SubscribeRequest& request);
  void handle(const wire::UnsubscribeRequest& request);
  void handle(const wire::ListRequest& request);
  void handle(const wire::HeartbeatRequest& request);
  void handle(const wire::AuthRequest& request);

  [[nodiscard]] std::optional<wire::Error> unsubscribe(const wire::UnsubscribeRequest& request, std::string& reply);
  /// What the request does to the stream's condition; `added` are the indicators that it subscribes.
  [[nodiscard]] base::Result<hub::ConditionChange, wire::Error> condition_change(
      const wire::SubscribeRequest& request, const hub::Subscription* existing,
      const std::vector<std::string>& added) const;
  /// The error for giving up one of `ids` while the condition reads it.
  [[nodiscard]] std::optional<wire::Error> needed_by_condition(const hub::Subscription& subscription,
                                                               const std::vector<std::string>& ids) const;
  [[nodiscard]] hub::Subscription* find(wire::StreamId stream) const noexcept;
  [[nodiscard]] std::vector<wire::StreamListing> listings() const;
  void become_open(auth::Principal principal);
  void reply(std::string text, hub::Subscription* barrier = nullptr);
  void refuse(const wire::RequestId& request, const wire::Error& error);
  void received() noexcept;
  void check_token(base::UtcTime now);

  SessionContext& context_;
  Transport& transport_;
  std::string id_;
  auth::Principal principal_;
  SessionState state_ = SessionState::AwaitingAuth;
  bool expiry_announced_ = false;
  std::optional<wire::CloseReason> reason_;
  Outbox outbox_;
  std::vector<hub::Subscription*> subscriptions_;
  TokenBucket requests_;
  ErrorBudget errors_;
  std::uint32_t next_generation_ = 1;
  std::uint64_t conflated_ = 0;
  base::UtcTime since_;
  base::MonoTime opened_;
  base::MonoTime last_received_;
  base::MonoTime next_ping_;
  std::optional<base::MonoTime> over_soft_since_;
  std::optional<base::UtcTime> last_heartbeat_;
};

}  // namespace subd::session
