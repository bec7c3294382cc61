#include "daemon/signal_shelf.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "wire/signal_body.hpp"

namespace subd::daemon {
namespace {

wire::SignalPtr made_of(const store::StoredSignal& stored) {
  return std::make_shared<const wire::Signal>(
      wire::Signal{stored.position, stored.id, stored.premium, wire::signal_message(stored.members, stored.created)});
}

using Signals = store::Result<std::vector<wire::SignalPtr>>;

Signals made_of(const store::Result<std::vector<store::StoredSignal>>& rows) {
  if (!rows) return rows.error();
  std::vector<wire::SignalPtr> out;
  out.reserve(rows->size());
  for (const store::StoredSignal& row : *rows) out.push_back(made_of(row));
  return out;
}

}  // namespace

store::Result<void> SignalShelf::load(store::Database& database) {
  if (loaded_) return {};
  const auto rows = made_of(store::SignalStore{database}.newest(/*premium=*/true, kept_));
  if (!rows) return rows.error();
  has_all_ = rows->size() < kept_;
  for (const wire::SignalPtr& signal : *rows) keep(signal);
  loaded_ = true;
  return {};
}

std::vector<wire::SignalPtr> SignalShelf::add(std::span<const store::StoredSignal> stored) {
  std::vector<wire::SignalPtr> out;
  for (const store::StoredSignal& row : stored) {
    out.push_back(made_of(row));
    keep(out.back());
  }
  return out;
}

void SignalShelf::keep(wire::SignalPtr signal) {
  bytes_ += signal->message.size();
  recent_.push_back(std::move(signal));
  while (recent_.size() > kept_ || (bytes_ > kKeptBytes && recent_.size() > 1)) {
    bytes_ -= recent_.front()->message.size();
    recent_.pop_front();
    has_all_ = false;
  }
}

store::Result<std::optional<std::uint64_t>> SignalShelf::position_of(store::Database& database,
                                                                     std::string_view id) const {
  // From the back: clients ask for what they saw last.
  const auto found =
      std::find_if(recent_.rbegin(), recent_.rend(), [id](const wire::SignalPtr& signal) { return signal->id == id; });
  if (found != recent_.rend()) return std::optional{(*found)->position};
  if (has_all_) return std::optional<std::uint64_t>{};
  return store::SignalStore{database}.position_of(id);
}

Signals SignalShelf::after(store::Database& database, std::uint64_t position, bool premium, std::size_t limit) const {
  if (!has_all_ && (recent_.empty() || position + 1 < recent_.front()->position)) {
    return made_of(store::SignalStore{database}.after(position, premium, limit));
  }
  const auto first =
      std::upper_bound(recent_.begin(), recent_.end(), position,
                       [](std::uint64_t value, const wire::SignalPtr& signal) { return value < signal->position; });
  std::vector<wire::SignalPtr> out;
  for (auto signal = first; signal != recent_.end() && out.size() < limit; ++signal) {
    if (premium || !(*signal)->premium) out.push_back(*signal);
  }
  return out;
}

Signals SignalShelf::newest(store::Database& database, bool premium, std::size_t limit) const {
  std::vector<wire::SignalPtr> out;
  for (auto signal = recent_.rbegin(); signal != recent_.rend() && out.size() < limit; ++signal) {
    if (premium || !(*signal)->premium) out.push_back(*signal);
  }
  if (out.size() < limit && !has_all_) return made_of(store::SignalStore{database}.newest(premium, limit));
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace subd::daemon
