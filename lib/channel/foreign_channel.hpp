#pragma once

#include <string>

#include "channel/channel.hpp"
#include "channel/market_state.hpp"

namespace subd::channel {

/// Appends the totals over all instruments, and those that foreigners buy and sell most.
void append_foreign_summary(std::string& out, const MarketState& state);

/// `/ws/foreign`: what foreign investors trade.
class ForeignChannel final : public Channel {
 public:
  /// Instruments in each list.
  static constexpr std::size_t kTop = 10;

  explicit ForeignChannel(const MarketState& state) noexcept : state_{state} {}

  [[nodiscard]] std::uint64_t version() const noexcept override { return state_.foreign.version(); }
  void append_message(std::string& out) const override { append_foreign_summary(out, state_); }
  /// An upstream that knows of foreigners tells it unasked.
  [[nodiscard]] std::optional<market::QuoteMode> wants(const market::Instrument&) const noexcept override {
    return std::nullopt;
  }

 private:
  const MarketState& state_;
};

}  // namespace subd::channel
