#pragma once

#include <string>

#include "channel/channel.hpp"
#include "channel/market_state.hpp"

namespace subd::channel {

/// `/ws/market`: everything at once: depth, prices, indices, foreign investors, futures with their basis.
class MarketChannel final : public Channel {
 public:
  explicit MarketChannel(const MarketState& state) noexcept : state_{state} {}

  [[nodiscard]] std::uint64_t version() const noexcept override {
    return state_.prices.version() + state_.indices.version() + state_.foreign.version();
  }
  void append_message(std::string& out) const override;
  [[nodiscard]] std::optional<market::QuoteMode> wants(const market::Instrument& instrument) const noexcept override;

 private:
  void append_derivatives(std::string& out) const;

  const MarketState& state_;
};

}  // namespace subd::channel
