#include "bars/bar_series.hpp"

namespace subd::bars {

bool BarSeries::push(const market::Bar& bar) {
  if (!bars_.empty() && bar.start <= back().start) return false;
  ++total_pushed_;
  if (bars_.size() < capacity_) {
    bars_.push_back(bar);
  } else {
    bars_[first_] = bar;
    first_ = first_ + 1 < capacity_ ? first_ + 1 : 0;
  }
  return true;
}

}  // namespace subd::bars
