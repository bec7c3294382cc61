#include "probe/bar_ledger.hpp"

#include <algorithm>

namespace subd::probe {

Position BarLedger::position(std::string_view epoch, std::uint64_t seq) {
  // Newest first: a stream changes its epoch at most a few times in a run.
  for (std::size_t i = epochs_.size(); i-- > 0;) {
    if (epochs_[i] == epoch) return {static_cast<std::uint32_t>(i), seq};
  }
  epochs_.emplace_back(epoch);
  return {static_cast<std::uint32_t>(epochs_.size() - 1), seq};
}

void BarLedger::saw(Position at, base::UtcTime start, base::MonoTime now, std::size_t tab) {
  auto slot = bars_.end();
  while (slot != bars_.begin() && std::prev(slot)->at >= at) --slot;
  if (slot != bars_.end() && slot->at == at) return;
  bars_.insert(slot, Bar{at, start, now, tab});
}

std::vector<BarLedger::Bar> BarLedger::settle(base::MonoTime limit) {
  std::vector<Bar> settled;
  for (const Bar& bar : bars_) {
    if (bar.first_seen <= limit) settled.push_back(bar);
  }
  if (!settled.empty()) settled_through_ = std::max(settled_through_, settled.back().at);
  std::erase_if(bars_, [&](const Bar& bar) { return bar.first_seen <= limit; });
  return settled;
}

}  // namespace subd::probe
