#include "probe/subscription_book.hpp"

#include <algorithm>
#include <utility>

#include "base/number_text.hpp"

namespace subd::probe {

namespace {

/// True when `request`, an unsubscribe, names this indicator.
bool names(const Request& request, const WantedIndicator& wanted) {
  return !request.indicators ||
         std::any_of(request.indicators->begin(), request.indicators->end(), [&](const auto& id) {
           return wanted.id == id || WantedIndicator{.id = id}.means(wanted.id) || wanted.means(id);
         });
}

bool concerns(const Request& request, const SubscriptionBook::Key& key) {
  return request.symbol.empty() || (request.symbol == key.first && request.timeframe == key.second);
}

}  // namespace

bool WantedIndicator::means(std::string_view full_id) const noexcept {
  if (full_id.size() == id.size()) return full_id == id;
  return !canonical && full_id.size() > id.size() && full_id[id.size()] == '_' && full_id.substr(0, id.size()) == id;
}

const WantedIndicator* WantedStream::find(std::string_view full_id) const noexcept {
  for (const auto& wanted : indicators) {
    if (wanted.means(full_id)) return &wanted;
  }
  return nullptr;
}

WantedStream* SubscriptionBook::find(std::string_view symbol, std::string_view timeframe) noexcept {
  // A tab has a handful of streams; comparing beats building a key.
  for (auto& [key, stream] : streams_) {
    if (key.first == symbol && key.second == timeframe) return &stream;
  }
  return nullptr;
}

void SubscriptionBook::sent(const Request& request, base::MonoTime at) {
  const std::uint64_t ordinal = ++ordinal_;
  pending_.push_back({request, ordinal, at});
  if (request.kind == RequestKind::Subscribe) {
    WantedStream& stream = streams_[{request.symbol, request.timeframe}];
    if (stream.leaving) stream = {};
    stream.asked = ordinal;
    stream.history = request.history;
    for (const auto& id : request.indicators.value_or(std::vector<std::string>{})) {
      const auto known = std::find_if(stream.indicators.begin(), stream.indicators.end(), [&](const auto& wanted) {
        return wanted.means(id) || WantedIndicator{.id = id}.means(wanted.id);
      });
      if (known == stream.indicators.end()) {
        stream.indicators.push_back({.id = id, .asked = ordinal});
      } else if (known->leaving) {
        *known = {.id = known->id, .asked = ordinal, .canonical = known->canonical};
      } else {
        known->asked = ordinal;
      }
    }
  } else if (request.kind == RequestKind::Unsubscribe) {
    for (auto& [key, stream] : streams_) {
      if (!concerns(request, key)) continue;
      if (!request.indicators) stream.leaving = true;
      for (auto& wanted : stream.indicators) wanted.leaving |= names(request, wanted);
    }
  }
}

std::optional<SubscriptionBook::Pending> SubscriptionBook::take(std::string_view id) {
  const auto number = base::parse_integer(id);
  if (!number) return std::nullopt;
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& waiting) {
    return waiting.request.id == static_cast<std::uint64_t>(*number);
  });
  if (found == pending_.end()) return std::nullopt;
  Pending pending = std::move(*found);
  pending_.erase(found);
  return pending;
}

void SubscriptionBook::confirm(const Pending& pending, const std::vector<std::string_view>& ids, base::MonoTime now) {
  WantedStream* stream = find(pending.request.symbol, pending.request.timeframe);
  if (stream == nullptr || stream->leaving) return;
  stream->confirmed = true;
  if (pending.request.when) {
    stream->condition_ends = stream->conditional && pending.request.when->empty();
    stream->conditional |= !pending.request.when->empty();
  }
  if (!stream->awaits_snapshot) stream->awaits_snapshot = now;
  const auto& asked = pending.request.indicators;
  for (auto& wanted : stream->indicators) {
    if (!asked || wanted.asked > pending.ordinal || wanted.leaving) continue;
    if (!wanted.confirmed) {
      const auto full = std::find_if(ids.begin(), ids.end(), [&](std::string_view id) { return wanted.means(id); });
      if (full != ids.end()) {
        wanted.id = *full;
        wanted.canonical = true;
      }
    }
    wanted.confirmed = true;
  }
  // `RSI` and `RSI_14_100` asked for one after the other are one indicator.
  for (std::size_t i = 0; i < stream->indicators.size(); ++i) {
    for (std::size_t j = stream->indicators.size() - 1; j > i; --j) {
      if (stream->indicators[i].id != stream->indicators[j].id) continue;
      stream->indicators.erase(stream->indicators.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }
}

void SubscriptionBook::remove(const Pending& pending) {
  for (auto at = streams_.begin(); at != streams_.end();) {
    auto& [key, stream] = *at;
    if (!concerns(pending.request, key)) {
      ++at;
      continue;
    }
    std::erase_if(stream.indicators, [&](const WantedIndicator& wanted) {
      return wanted.asked < pending.ordinal && names(pending.request, wanted);
    });
    const bool gone = !pending.request.indicators && stream.asked < pending.ordinal;
    at = gone ? streams_.erase(at) : std::next(at);
  }
}

void SubscriptionBook::refuse(const Pending& pending) {
  WantedStream* stream = find(pending.request.symbol, pending.request.timeframe);
  if (stream == nullptr) return;
  if (pending.request.kind == RequestKind::Unsubscribe) {
    if (!pending.request.indicators) stream->leaving = false;
    for (auto& wanted : stream->indicators) {
      if (names(pending.request, wanted)) wanted.leaving = false;
    }
    return;
  }
  if (pending.request.kind != RequestKind::Subscribe) return;
  std::erase_if(stream->indicators,
                [&](const WantedIndicator& wanted) { return wanted.asked == pending.ordinal && !wanted.confirmed; });
  if (!stream->confirmed && stream->asked == pending.ordinal) {
    streams_.erase({pending.request.symbol, pending.request.timeframe});
  }
}

void SubscriptionBook::snapshot(WantedStream& stream, const std::vector<IndicatorValue>& values) {
  if (!stream.confirmed) return;
  stream.has_snapshot = true;
  if (stream.condition_ends) stream.conditional = stream.condition_ends = false;
  bool complete = true;
  for (auto& wanted : stream.indicators) {
    if (!wanted.confirmed) continue;
    wanted.in_snapshot |=
        std::any_of(values.begin(), values.end(), [&](const IndicatorValue& value) { return wanted.means(value.id); });
    complete &= wanted.in_snapshot || wanted.leaving;
  }
  if (complete) stream.awaits_snapshot.reset();
}

bool SubscriptionBook::is_conditional(std::string_view symbol, std::string_view timeframe) const noexcept {
  for (const auto& [key, stream] : streams_) {
    if (key.first == symbol && key.second == timeframe && stream.conditional) return true;
  }
  return std::any_of(pending_.begin(), pending_.end(), [&](const Pending& pending) {
    const Request& request = pending.request;
    return request.when && !request.when->empty() && request.symbol == symbol && request.timeframe == timeframe;
  });
}

std::string SubscriptionBook::difference(const std::vector<ListedStream>& listed) const {
  if (!pending_.empty()) return {};
  for (const auto& [stream_key, stream] : streams_) {
    const Key& key = stream_key;
    const auto entry = std::find_if(listed.begin(), listed.end(), [&](const ListedStream& one) {
      return one.symbol == key.first && one.timeframe == key.second;
    });
    if (entry == listed.end()) return key.first + ' ' + key.second + " is in force and not listed";
    for (const auto& wanted : stream.indicators) {
      if (std::none_of(entry->indicators.begin(), entry->indicators.end(),
                       [&](std::string_view id) { return wanted.means(id); })) {
        return wanted.id + " of " + key.first + ' ' + key.second + " is in force and not listed";
      }
    }
    for (const auto id : entry->indicators) {
      if (stream.find(id) == nullptr) {
        return std::string{id} + " of " + key.first + ' ' + key.second + " is listed and not in force";
      }
    }
  }
  for (const auto& entry : listed) {
    if (streams_.count({std::string{entry.symbol}, std::string{entry.timeframe}}) == 0) {
      return std::string{entry.symbol} + ' ' + std::string{entry.timeframe} + " is listed and not in force";
    }
  }
  return {};
}

}  // namespace subd::probe
