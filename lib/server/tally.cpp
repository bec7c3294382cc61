#include "server/tally.hpp"

#include <functional>

namespace subd::server {

Tally::Shard& Tally::shard_of(std::string_view key) noexcept {
  return shards_[std::hash<std::string_view>{}(key) % kShards];
}

std::optional<Tally::Hold> Tally::take(std::string_view key) {
  const std::size_t limit = this->limit();
  if (limit == 0) return Hold{};
  Shard& shard = shard_of(key);
  const std::lock_guard lock{shard.mutex};
  Counts::value_type& entry = *shard.counts.try_emplace(std::string{key}, Count{*this}).first;
  if (entry.second.holders >= limit) return std::nullopt;
  ++entry.second.holders;
  return Hold{entry};
}

void Tally::give_back(Counts::value_type& entry) noexcept {
  Shard& shard = shard_of(entry.first);
  const std::lock_guard lock{shard.mutex};
  if (--entry.second.holders == 0) shard.counts.erase(shard.counts.find(entry.first));
}

std::size_t Tally::keys() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock{shard.mutex};
    count += shard.counts.size();
  }
  return count;
}

}  // namespace subd::server
