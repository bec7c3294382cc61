#include "feed/upstream_interest.hpp"

#include <algorithm>

namespace subd::feed {

using market::InstrumentId;
using market::QuoteMode;

void UpstreamInterest::want(Consumer consumer, InstrumentId instrument, QuoteMode mode) {
  set(consumer, instrument, mode);
}

void UpstreamInterest::drop(Consumer consumer, InstrumentId instrument) {
  set(consumer, instrument, std::nullopt);
}

std::optional<QuoteMode> UpstreamInterest::mode(InstrumentId instrument) const noexcept {
  return merged(wanted_[static_cast<std::size_t>(instrument)]);
}

std::optional<QuoteMode> UpstreamInterest::merged(const Wishes& wishes) noexcept {
  return *std::max_element(wishes.begin(), wishes.end());  // nothing is less than any mode
}

void UpstreamInterest::set(Consumer consumer, InstrumentId instrument, std::optional<QuoteMode> mode) {
  Wishes& wishes = wanted_[static_cast<std::size_t>(instrument)];
  const auto before = merged(wishes);
  wishes[static_cast<std::size_t>(consumer)] = mode;
  const auto after = merged(wishes);
  if (after == before) return;
  if (before) --counts_[static_cast<std::size_t>(*before)];
  if (!after) {
    ++counters_.unsubscribed;
    feed_.unsubscribe(instrument);
    return;
  }
  ++counts_[static_cast<std::size_t>(*after)];
  ++(before ? counters_.mode_changes : counters_.subscribed);
  feed_.subscribe(instrument, *after);
}

}  // namespace subd::feed
