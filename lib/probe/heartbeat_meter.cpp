#include "probe/heartbeat_meter.hpp"

#include <algorithm>

namespace subd::probe {

std::vector<base::MonoTime> HeartbeatMeter::due(base::MonoTime now) {
  std::vector<base::MonoTime> moments;
  for (; next_ <= now; next_ += std::chrono::duration_cast<base::MonoTime::duration>(period_)) moments.push_back(next_);
  return moments;
}

void HeartbeatMeter::sent(std::size_t tab, std::uint64_t id, base::MonoTime was_due) {
  waiting_.emplace(key(tab, id), was_due);
}

void HeartbeatMeter::answered(std::size_t tab, std::uint64_t id, base::MonoTime now) {
  const auto found = waiting_.find(key(tab, id));
  if (found == waiting_.end()) return;
  record(found->second, now);
  waiting_.erase(found);
}

void HeartbeatMeter::finish(base::MonoTime now) {
  for (const auto& [id, was_due] : waiting_) record(was_due, now);
  waiting_.clear();
}

void HeartbeatMeter::record(base::MonoTime was_due, base::MonoTime now) {
  const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(now - was_due).count();
  round_trips_.record(static_cast<std::uint64_t>(std::max<decltype(taken)>(taken, 0)));
}

}  // namespace subd::probe
