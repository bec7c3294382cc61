#pragma once

#include <string>
#include <string_view>

#include "hub/signal_hub.hpp"
#include "session/json_client.hpp"

namespace subd::session {

/// What all clients that take signals share on one io thread. Lives longer than any of them.
struct SignalContext {
  ClientContext& clients;
  hub::SignalHub& hub;
};

/// A client of `/ws/signals`: takes every signal that its tier may see, from the one on that it names, or from now on.
///
/// Owner:      one server connection; the signal hub's io thread.
/// Invariants: `connected` comes first, then what was missed, then what is new; each signal once.
/// Errors:     bad input becomes an `error` message.
class SignalClient final : public JsonClient, public hub::SignalSubscriber {
 public:
  /// `since` is the id of the last signal that the client has; may be empty.
  SignalClient(SignalContext& context, Transport& transport, std::string id, std::string since);
  ~SignalClient() override;

  [[nodiscard]] ClientKind kind() const noexcept override { return ClientKind::Signals; }

  // hub::SignalSubscriber
  void attached(const hub::SignalReply& reply) override;
  void standing_changed(const hub::SignalStanding& standing) override;
  void offer(const wire::SignalPtr& signal) noexcept override;

 protected:
  void opened() override;
  void renewed() override;
  void receive_text(std::string_view text) override;
  void end_subscriptions() override;
  void describe(ClientReport&) const override {}

 private:
  using JsonClient::handle;

  SignalContext& context_;
  std::string since_;  ///< until it joined
  hub::SignalSubscription* subscription_ = nullptr;
};

}  // namespace subd::session
