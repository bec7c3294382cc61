#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hub/tick_hub.hpp"
#include "kite/request.hpp"
#include "session/client.hpp"
#include "session/rate_limit.hpp"
#include "session/tick_client.hpp"
#include "session/tick_set.hpp"

namespace subd::session {

/// A client of `/kite/`, which believes that it talks to Kite's ticker: requests in JSON, ticks in binary packets that
/// the connection joins to frames, and a heartbeat of one byte where there is nothing else to say.
///
/// Owner:  one server connection; the tick hub's io thread.
/// Errors: bad requests and unknown tokens become a text `{"type":"error","data":..}`; the tokens that are known are
///         taken all the same, as nobody reads replies here.
/// Upstream: a change is told as `{"type":"message","data":"upstream stale since .."}`, Kite's way to speak to people.
class KiteClient final : public Client, public hub::TickSubscriber {
 public:
  /// Clients take a silence of 5 s for a dead connection.
  static constexpr std::chrono::milliseconds kHeartbeatInterval{2000};

  KiteClient(TickContext& context, Transport& transport, std::string id);

  [[nodiscard]] ClientKind kind() const noexcept override { return ClientKind::Kite; }

  // hub::TickSubscriber
  void offer(hub::TickSubscription& subscription, const wire::TickPtr& tick) noexcept override;
  void attached(const hub::TickAsk& ask, const hub::UpstreamStatus& upstream) override;
  [[nodiscard]] hub::TickSubscription* find(market::InstrumentId instrument) const noexcept override {
    return set_.find(instrument);
  }
  void upstream_changed(const hub::UpstreamStatus& upstream) override;

 protected:
  void opened() override {}
  void receive_text(std::string_view text) override;
  void end_subscriptions() override { set_.clear(); }
  void describe(ClientReport& report) const override { describe_ticks(set_, context_.directory, report); }
  void every_sweep(base::MonoTime now) override;

 private:
  void handle(const kite::SubscribeRequest& request);
  void handle(const kite::ModeRequest& request);
  void handle(const kite::UnsubscribeRequest& request);

  /// Those tokens that are known, each once; the others are reported.
  [[nodiscard]] std::vector<market::InstrumentId> resolve(std::span<const std::uint32_t> tokens);
  /// Takes the instruments in `mode`; without one those that are taken stay as they are.
  void take(std::span<const std::uint32_t> tokens, std::optional<market::QuoteMode> mode);
  void refuse(std::string_view message);

  TickContext& context_;
  TokenBucket requests_;
  TickSet set_;
  base::MonoTime heartbeat_due_{};
  bool spoke_ = false;  ///< sent something since the last sweep
};

}  // namespace subd::session
