#include "daemon/usage_book.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "market/timeframe.hpp"

namespace subd::daemon {
namespace {

std::uint64_t total(const std::vector<std::uint32_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace

store::UsageRow UsageBook::row_of(const Key& key, std::uint64_t subscribes, std::uint64_t peak) const {
  const wire::StreamId stream{key.first};
  return {hour_,
          (*instruments_)[wire::instrument_of(stream)].symbol,
          std::string{market::timeframe_name(wire::timeframe_of(stream))},
          key.second,
          subscribes,
          peak};
}

std::vector<store::UsageRow> UsageBook::add(std::size_t hub, const std::vector<hub::Usage>& usage, base::UtcTime now) {
  std::vector<store::UsageRow> out;
  const auto hour = std::chrono::floor<std::chrono::hours>(now);
  if (hour > hour_) {
    hour_ = hour;
    for (const auto& [key, counts] : subscribed_) out.push_back(row_of(key, 0, total(counts)));
  }
  for (const hub::Usage& one : usage) {
    const Key key{static_cast<std::uint64_t>(one.stream), one.id};
    Counts& counts = subscribed_.try_emplace(key, hubs_).first->second;
    counts[hub] = one.peak;
    out.push_back(row_of(key, one.subscribes, total(counts)));
    counts[hub] = one.subscribers;
    if (total(counts) == 0) subscribed_.erase(key);
  }
  return out;
}

}  // namespace subd::daemon
