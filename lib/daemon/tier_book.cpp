#include "daemon/tier_book.hpp"

#include <algorithm>
#include <vector>

#include "store/user_store.hpp"

namespace subd::daemon {

store::Result<void> TierBook::read(store::Database& database, std::span<const std::string> users) {
  const base::MonoTime now = clock_.mono_now();
  forget_old(now);
  std::vector<std::string> wanted;
  for (const std::string& user : users) {
    const auto known = entries_.find(user);
    if (known == entries_.end() || now - known->second.read_at >= keep_) wanted.push_back(user);
  }
  if (wanted.empty()) return {};
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  counters_.tier_queries.fetch_add(1, std::memory_order_relaxed);
  counters_.tiers_read.fetch_add(wanted.size(), std::memory_order_relaxed);
  const auto found = store::UserStore{database}.find(wanted);
  if (!found) return found.error();
  for (const std::string& user : wanted) entries_[user] = {std::nullopt, now};
  // A tier that only a newer subd knows counts as none.
  for (const store::User& user : *found) entries_[user.id].tier = auth::parse_tier(user.tier);
  return {};
}

void TierBook::set(const std::string& user, auth::Tier tier) {
  entries_[user] = {tier, clock_.mono_now()};
}

std::optional<auth::Tier> TierBook::stored(const std::string& user) const {
  const auto known = entries_.find(user);
  return known != entries_.end() ? known->second.tier : std::nullopt;
}

void TierBook::forget_old(base::MonoTime now) {
  if (now < next_forget_) return;
  next_forget_ = now + 4 * keep_;
  boost::unordered::erase_if(entries_, [&](const auto& entry) { return now - entry.second.read_at >= 4 * keep_; });
}

}  // namespace subd::daemon
