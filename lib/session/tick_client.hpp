#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/tick_hub.hpp"
#include "session/directory.hpp"
#include "session/json_client.hpp"
#include "session/tick_set.hpp"
#include "wire/tick_message.hpp"

namespace subd::session {

/// What all clients that take ticks share on one io thread. Lives longer than any of them.
struct TickContext {
  ClientContext& clients;
  hub::TickHub& hub;
  const Directory& directory;
};

/// A client of `/ws/ticks`: the instruments whose raw ticks it takes, each in a mode and with a throttle.
///
/// Owner:      one server connection; the tick hub's io thread.
/// Invariants: a request is carried out whole or not at all.
/// Errors:     bad input becomes an `error` message.
class TickClient final : public JsonClient, public hub::TickSubscriber {
 public:
  TickClient(TickContext& context, Transport& transport, std::string id);

  [[nodiscard]] ClientKind kind() const noexcept override { return ClientKind::Ticks; }

  // hub::TickSubscriber
  void offer(hub::TickSubscription& subscription, const wire::TickPtr& tick) noexcept override;
  void attached(const hub::TickAsk& ask, const hub::UpstreamStatus& upstream) override;
  [[nodiscard]] hub::TickSubscription* find(market::InstrumentId instrument) const noexcept override {
    return set_.find(instrument);
  }
  void upstream_changed(const hub::UpstreamStatus& upstream) override;

 protected:
  void opened() override;
  void receive_text(std::string_view text) override;
  void end_subscriptions() override { set_.clear(); }
  void describe(ClientReport& report) const override { describe_ticks(set_, context_.directory, report); }

 private:
  using JsonClient::handle;
  void handle(const wire::TickSubscribeRequest& request);
  void handle(const wire::UpdateFilterRequest& request);
  void handle(const wire::TickUnsubscribeRequest& request);
  void handle(const wire::ListRequest& request);

  /// Every instrument once, in the order of the request; the first that is not known is an error.
  [[nodiscard]] base::Result<std::vector<market::InstrumentId>, wire::Error> resolve(
      const wire::InstrumentNames& names) const;
  /// The rate of requests that change the set.
  [[nodiscard]] std::optional<wire::Error> take_turn();
  [[nodiscard]] std::optional<wire::Error> over_limit(std::size_t count) const;
  /// How the instrument is to be taken: as the request says, else as it is taken already, else by default.
  template <class Request>
  [[nodiscard]] hub::TickWish wish_for(market::InstrumentId instrument, const Request& request) const;
  void answer(wire::TickReplyType type, const wire::RequestId& request);

  TickContext& context_;
  TokenBucket requests_;
  TickSet set_;
};

}  // namespace subd::session
