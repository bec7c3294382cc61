#include "feed/kite_pool.hpp"

#include <algorithm>
#include <utility>

namespace subd::feed {

KitePool::KitePool(std::size_t links, std::size_t tokens_per_link) : tokens_per_link_{tokens_per_link}, links_(links) {}

void KitePool::note(Link& link, std::uint32_t token) {
  if (link.listed.insert(token).second) link.changed.push_back(token);
}

void KitePool::place(std::uint32_t token, Token& entry) {
  Link* best = nullptr;
  for (Link& link : links_) {
    if (!link.up || link.assigned >= tokens_per_link_) continue;
    if (best == nullptr || link.assigned < best->assigned) best = &link;
  }
  if (best == nullptr) {
    entry.link.reset();
    waiting_.insert(token);
    return;
  }
  entry.link = static_cast<std::size_t>(best - links_.data());
  ++best->assigned;
  note(*best, token);
}

void KitePool::place_waiting() {
  while (!waiting_.empty()) {
    const std::uint32_t token = *waiting_.begin();
    waiting_.erase(waiting_.begin());
    Token& entry = tokens_[token];
    place(token, entry);
    if (!entry.link) return;
  }
}

void KitePool::want(std::uint32_t token, market::QuoteMode mode) {
  const auto [at, is_new] = tokens_.try_emplace(token, Token{mode, std::nullopt});
  Token& entry = at->second;
  if (is_new) return place(token, entry);
  entry.mode = mode;
  if (entry.link) note(links_[*entry.link], token);
}

void KitePool::drop(std::uint32_t token) {
  const auto at = tokens_.find(token);
  if (at == tokens_.end()) return;
  const std::optional<std::size_t> link = at->second.link;
  tokens_.erase(at);
  if (!link) {
    waiting_.erase(token);
    return;
  }
  --links_[*link].assigned;
  note(links_[*link], token);
  place_waiting();
}

void KitePool::link_up(std::size_t link) {
  links_[link].up = true;
  place_waiting();
}

std::size_t KitePool::link_down(std::size_t link) {
  const std::size_t had = links_[link].assigned;
  links_[link] = Link{};
  for (auto& [token, entry] : tokens_) {
    if (entry.link == link) place(token, entry);
  }
  return had;
}

std::vector<kite::Request> KitePool::next(std::size_t link) {
  Link& on = links_[link];
  std::vector<std::uint32_t> unsubscribe;
  std::vector<std::uint32_t> subscribe;
  std::array<std::vector<std::uint32_t>, 3> modes;
  for (std::size_t looked = 0; looked < kTokensPerMessage && !on.changed.empty(); ++looked) {
    const std::uint32_t token = on.changed.front();
    on.changed.pop_front();
    on.listed.erase(token);
    const auto said = on.said.find(token);
    const auto wanted = tokens_.find(token);
    if (wanted == tokens_.end() || wanted->second.link != link) {
      if (said == on.said.end()) continue;
      unsubscribe.push_back(token);
      on.said.erase(said);
      continue;
    }
    const market::QuoteMode mode = wanted->second.mode;
    if (said == on.said.end()) {
      subscribe.push_back(token);
    } else if (said->second == mode) {
      continue;
    }
    modes[static_cast<std::size_t>(mode)].push_back(token);
    on.said[token] = mode;
  }
  std::vector<kite::Request> out;
  if (!unsubscribe.empty()) out.emplace_back(kite::UnsubscribeRequest{std::move(unsubscribe)});
  if (!subscribe.empty()) out.emplace_back(kite::SubscribeRequest{std::move(subscribe)});
  for (std::size_t mode = 0; mode < modes.size(); ++mode) {
    if (modes[mode].empty()) continue;
    out.emplace_back(kite::ModeRequest{static_cast<market::QuoteMode>(mode), std::move(modes[mode])});
  }
  return out;
}

bool KitePool::has_pending() const noexcept {
  return std::any_of(links_.begin(), links_.end(), [](const Link& link) { return link.up && !link.changed.empty(); });
}

std::size_t KitePool::needed_links() const noexcept {
  return std::min(links_.size(), (tokens_.size() + tokens_per_link_ - 1) / tokens_per_link_);
}

std::size_t KitePool::refused() const noexcept {
  const std::size_t capacity = links_.size() * tokens_per_link_;
  return tokens_.size() > capacity ? tokens_.size() - capacity : 0;
}

std::vector<KitePool::ModeCounts> KitePool::modes() const {
  std::vector<ModeCounts> out(links_.size(), ModeCounts{});
  for (const auto& [token, entry] : tokens_) {
    if (entry.link) ++out[*entry.link][static_cast<std::size_t>(entry.mode)];
  }
  return out;
}

}  // namespace subd::feed
