#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/hub.hpp"
#include "session/directory.hpp"
#include "session/json_client.hpp"
#include "session/resume_token.hpp"
#include "session/stream_set.hpp"
#include "wire/client_message.hpp"

namespace subd::session {

/// What all sessions of one io thread share. Lives longer than any of them.
struct SessionContext {
  ClientContext& clients;
  hub::Hub& hub;
  const Directory& directory;
  std::size_t io_thread = 0;  ///< its number, which is part of resume tokens
  StreamContext streams{hub, directory, clients.limits, clients.clock};
};

/// A client of `/ws/indicators`: the streams that it subscribed to.
///
/// A session that lost its client keeps its subscriptions and takes no update. When a client is back, updates wait until
/// it has said what it received (`resume`), for at most Limits::position_timeout: bytes that were sent may not have
/// arrived, so only the client knows. Then each stream goes on behind that, or starts over with a snapshot.
///
/// Owner:      as Client; the hub's io thread.
/// Invariants: every subscription belongs to this session alone; a request of one session never touches another's.
///             Replies to requests of an earlier connection are not sent on a later one.
/// Errors:     bad input becomes an `error` message.
class Session final : public JsonClient, public hub::Subscriber {
 public:
  Session(SessionContext& context, Transport& transport, std::string id);

  [[nodiscard]] ClientKind kind() const noexcept override { return ClientKind::Indicators; }
  [[nodiscard]] std::string_view resume_token() const noexcept override { return resume_token_.text(); }

  // From an operator, through the control plane; answers as a client's request would, without an id.
  [[nodiscard]] std::optional<wire::Error> add_subscription(const wire::SubscribeRequest& request);
  [[nodiscard]] std::optional<wire::Error> remove_subscription(const wire::UnsubscribeRequest& request);

  [[nodiscard]] const std::vector<hub::Subscription*>& subscriptions() const noexcept {
    return streams_.subscriptions();
  }

  // hub::Subscriber
  void offer(hub::Subscription& subscription, const wire::UpdatePtr& update) noexcept override;
  void attached(hub::Subscription& subscription, const wire::RequestId& request, const wire::SnapshotData& snapshot,
                const hub::UpstreamStatus& upstream) override;
  void refused(hub::Subscription& subscription, const wire::RequestId& request, const wire::Error& error,
               bool destroyed) override;
  void upstream_changed(hub::Subscription& subscription, const hub::UpstreamStatus& upstream) override;

 protected:
  void opened() override;
  void receive_text(std::string_view text) override;
  void end_subscriptions() override;
  void describe(ClientReport& report) const override;
  void parked() override;
  void resumed() override;
  void every_sweep(base::MonoTime now) override;

 private:
  using JsonClient::handle;
  void handle(const wire::SubscribeRequest& request);
  void handle(const wire::UnsubscribeRequest& request);
  void handle(const wire::ListRequest& request);
  void handle(const wire::ResumeRequest& request);

  /// Sends `connected`.
  void introduce(bool resumed);
  /// Whether something may be said of a stream: not while it is unknown what the client has.
  [[nodiscard]] bool may_speak() const noexcept { return state() == ClientState::Open && !awaits_positions(); }
  [[nodiscard]] bool awaits_positions() const noexcept { return away_ && away_->awaits_positions_until; }
  /// Goes on behind `position`; null: the client has nothing of the stream.
  void go_on(hub::Subscription& subscription, const hub::Position* position);
  /// No positions came: every stream starts over.
  void start_over();
  /// The snapshot that a resumed stream begins with: its bars are no more than the client can have missed.
  [[nodiscard]] std::string begins_with(wire::StreamId stream, const wire::SnapshotData& snapshot,
                                        const wire::View& view);

  SessionContext& context_;
  StreamSet streams_;
  ResumeToken resume_token_;  ///< none: the session ends with its connection
  /// What a session that lost its connection needs to go on.
  struct Away {
    struct Has {
      std::string epoch;
      std::uint64_t seq = 0;
    };
    base::UtcTime lost_at{};
    std::optional<base::MonoTime> awaits_positions_until{};
    std::map<wire::StreamId, Has> goes_on_after{};  ///< of streams that start over: what the client has
  };
  std::unique_ptr<Away> away_;  ///< null: it never lost one
};

}  // namespace subd::session
