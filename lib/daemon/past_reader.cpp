#include "daemon/past_reader.hpp"

#include <utility>

namespace subd::daemon {

bool PastReader::fetch_of_feed(wire::StreamId stream, std::function<void()> done) {
  return feed_.fetch(wire::instrument_of(stream), wire::timeframe_of(stream), count_, std::move(done));
}

bool PastReader::fetch(wire::StreamId stream, const std::function<void()>& done) {
  if (!fetch_of_feed(stream, done)) return false;
  if (!stored_ || stored_->is_loaded(stream)) return true;
  stored_->load({stream}, done);
  return false;
}

engine::History PastReader::read(wire::StreamId stream, std::size_t count) {
  feed::Backfill backfill =
      feed_.backfill(wire::instrument_of(stream), wire::timeframe_of(stream), count, clock_.utc_now());
  engine::History history{std::move(backfill.closed), backfill.forming, backfill.day_volume};
  if (stored_) stored_->fill(stream, history);
  return history;
}

void PastReader::forget(wire::StreamId stream) {
  if (stored_) stored_->forget(stream);
}

}  // namespace subd::daemon
