#include "hub/recent_updates.hpp"

#include <algorithm>

namespace subd::hub {

void RecentUpdates::begin(std::string_view epoch, std::uint64_t seq) {
  if (begun_ && epoch == epoch_) {
    newest_seq_ = std::max(newest_seq_, seq);
    return;
  }
  begun_ = true;
  epoch_ = epoch;
  complete_after_ = newest_seq_ = seq;
  newest_.reset();
  kept_.clear();
}

void RecentUpdates::add(const wire::UpdatePtr& update, bool kept, base::MonoTime now, const Retention& retention) {
  if (!begun_) return;
  newest_ = update;
  newest_seq_ = update->seq;
  if (!kept) return;
  kept_.push_back({update, now});
  while (!kept_.empty() && (kept_.size() > retention.updates || now - kept_.front().at > retention.age)) {
    complete_after_ = kept_.front().update->seq;
    kept_.pop_front();
  }
}

bool RecentUpdates::covers(const Position& position) const noexcept {
  return begun_ && position.epoch == epoch_ && position.seq >= complete_after_ && position.seq <= newest_seq_;
}

}  // namespace subd::hub
