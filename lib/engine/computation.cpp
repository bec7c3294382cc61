#include "engine/computation.hpp"

#include <limits>
#include <utility>

#include "wire/server_message.hpp"

namespace subd::engine {

Computation::Computation(indicator::Spec spec, wire::Slot slot, const bars::BarSeries& series, std::size_t capacity)
    : spec_{std::move(spec)},
      slot_{slot},
      indicator_{spec_.definition->make(spec_.values)},
      outputs_{spec_.definition->outputs},
      rows_{outputs_.size(), capacity},
      current_(outputs_.size(), std::numeric_limits<double>::quiet_NaN()) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    indicator_->commit(series[i], current_);
    rows_.push(current_);
  }
}

void Computation::commit(const market::Bar& bar) {
  indicator_->commit(bar, current_);
  rows_.push(current_);
  ++evaluations_;
}

void Computation::peek(const market::Bar& forming) {
  indicator_->peek(forming, current_);
  ++evaluations_;
}

void Computation::append_fragment(std::string& out) const {
  wire::append_indicator(out, spec_.id, outputs_, current_);
}

}  // namespace subd::engine
