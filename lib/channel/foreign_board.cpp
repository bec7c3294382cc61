#include "channel/foreign_board.hpp"

#include <algorithm>
#include <cmath>

namespace subd::channel {
namespace {

/// Figures that a message leaves out stay as they were.
double known(double value, double before) noexcept {
  if (!std::isnan(value)) return value;
  return std::isnan(before) ? 0 : before;
}

}  // namespace

void ForeignBoard::on_foreign(const market::ForeignFlow& flow) {
  ForeignState& state = all_[flow.instrument];
  const market::ForeignFlow before = state.flow;
  state.flow = flow;
  state.flow.buy_volume = known(flow.buy_volume, before.buy_volume);
  state.flow.sell_volume = known(flow.sell_volume, before.sell_volume);
  state.flow.buy_value = known(flow.buy_value, before.buy_value);
  state.flow.sell_value = known(flow.sell_value, before.sell_value);
  if (std::isnan(flow.total_room)) state.flow.total_room = before.total_room;
  if (std::isnan(flow.current_room)) state.flow.current_room = before.current_room;
  state.buying.add(flow.time, state.flow.buy_volume);
  state.selling.add(flow.time, state.flow.sell_volume);
  newest_ = std::max(newest_, flow.time);
  ++version_;
}

}  // namespace subd::channel
