#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/hub.hpp"
#include "session/directory.hpp"
#include "session/json_client.hpp"
#include "session/stream_set.hpp"
#include "wire/client_message.hpp"

namespace subd::session {

/// What all sessions of one io thread share. Lives longer than any of them.
struct SessionContext {
  ClientContext& clients;
  hub::Hub& hub;
  const Directory& directory;
};

/// A client of `/ws/indicators`: the streams that it subscribed to.
///
/// Owner:      one server connection; the hub's io thread.
/// Invariants: every subscription belongs to this session alone; a request of one session never touches another's.
/// Errors:     bad input becomes an `error` message.
class Session final : public JsonClient, public hub::Subscriber {
 public:
  Session(SessionContext& context, Transport& transport, std::string id);

  [[nodiscard]] ClientKind kind() const noexcept override { return ClientKind::Indicators; }

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

 private:
  using JsonClient::handle;
  void handle(const wire::SubscribeRequest& request);
  void handle(const wire::UnsubscribeRequest& request);
  void handle(const wire::ListRequest& request);

  SessionContext& context_;
  StreamSet streams_;
};

}  // namespace subd::session
