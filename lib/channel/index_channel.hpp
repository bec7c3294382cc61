#pragma once

#include <string>

#include "channel/channel.hpp"
#include "channel/market_state.hpp"

namespace subd::channel {

/// Appends `{"VN30":{..},..}`: every index with its day up to now.
void append_indices(std::string& out, const MarketState& state);

/// `/ws/index`: every index with its day up to now.
class IndexChannel final : public Channel {
 public:
  explicit IndexChannel(const MarketState& state) noexcept : state_{state} {}

  [[nodiscard]] std::uint64_t version() const noexcept override { return state_.indices.version(); }
  void append_message(std::string& out) const override { append_indices(out, state_); }
  [[nodiscard]] std::optional<market::QuoteMode> wants(const market::Instrument& instrument) const noexcept override;

 private:
  const MarketState& state_;
};

}  // namespace subd::channel
