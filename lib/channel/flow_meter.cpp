#include "channel/flow_meter.hpp"

namespace subd::channel {

void FlowMeter::add(base::UtcTime time, double total) noexcept {
  const std::int64_t step = step_of(time);
  if (count_ > 0) {
    Sample& newest = samples_[(next_ + samples_.size() - 1) % samples_.size()];
    if (total < newest.total) {
      count_ = next_ = 0;
    } else if (newest.step == step) {
      newest.total = total;
      return;
    }
  }
  samples_[next_] = {step, total};
  next_ = (next_ + 1) % samples_.size();
  if (count_ < samples_.size()) ++count_;
}

double FlowMeter::total_at(std::int64_t step) const noexcept {
  double total = 0;
  for (std::size_t back = 1; back <= count_; ++back) {
    const Sample& sample = samples_[(next_ + samples_.size() - back) % samples_.size()];
    total = sample.total;
    if (sample.step <= step) break;
  }
  return total;
}

double FlowMeter::per_minute(base::UtcTime now) const noexcept {
  const std::int64_t step = step_of(now);
  return total_at(step) - total_at(step - kMinute);
}

double FlowMeter::acceleration(base::UtcTime now) const noexcept {
  const std::int64_t step = step_of(now);
  return per_minute(now) - (total_at(step - kMinute) - total_at(step - 2 * kMinute));
}

}  // namespace subd::channel
