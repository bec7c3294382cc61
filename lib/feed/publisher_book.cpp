#include "feed/publisher_book.hpp"

#include <algorithm>

namespace subd::feed {

PublisherBook::Verdict PublisherBook::take(const std::string& user, const IngestHead& head, base::UtcTime now) {
  // Neither holds a line end, so no two publishers share a key, and no user numbers for another.
  const std::string key = user + '\n' + head.publisher;
  if (!publishers_.contains(key) && publishers_.size() >= kMost) forget_oldest();
  Publisher& publisher = publishers_[key];
  publisher.heard = now;
  if (publisher.epoch != head.epoch) {
    publisher.epoch = head.epoch;
    publisher.last.reset();
  }
  Verdict out;
  if (!head.seq) return out;
  if (publisher.last && *head.seq <= *publisher.last) {
    out.duplicate = true;
    return out;
  }
  if (publisher.last && *head.seq != *publisher.last + 1) out.expected = *publisher.last + 1;
  publisher.last = head.seq;
  return out;
}

void PublisherBook::forget_oldest() {
  publishers_.erase(std::min_element(publishers_.begin(), publishers_.end(),
                                     [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; }));
}

}  // namespace subd::feed
