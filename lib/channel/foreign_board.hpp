#pragma once

#include <cstdint>
#include <map>

#include "base/clock.hpp"
#include "channel/flow_meter.hpp"
#include "market/foreign_flow.hpp"

namespace subd::channel {

/// One instrument's foreign trade of the day.
struct ForeignState {
  market::ForeignFlow flow;  ///< volumes and values are known: 0 where nobody said
  FlowMeter buying;          ///< of volume
  FlowMeter selling;

  [[nodiscard]] double net_volume() const noexcept { return flow.buy_volume - flow.sell_volume; }
  [[nodiscard]] double net_value() const noexcept { return flow.buy_value - flow.sell_value; }
};

/// What foreign investors trade.
///
/// Owner: the market thread.
class ForeignBoard {
 public:
  void on_foreign(const market::ForeignFlow& flow);

  /// By InstrumentId.
  [[nodiscard]] const std::map<market::InstrumentId, ForeignState>& all() const noexcept { return all_; }
  /// Of the newest figures; what speeds are told as of.
  [[nodiscard]] base::UtcTime newest() const noexcept { return newest_; }
  /// Grows with every change.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

 private:
  std::map<market::InstrumentId, ForeignState> all_;
  base::UtcTime newest_{};
  std::uint64_t version_ = 0;
};

}  // namespace subd::channel
