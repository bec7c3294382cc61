#include "engine/interest.hpp"

#include <utility>

namespace subd::engine {

using market::InstrumentId;

market::QuoteMode stream_mode(market::InstrumentType type) noexcept {
  const bool priced_only = type == market::InstrumentType::Index || type == market::InstrumentType::Equity;
  return priced_only ? market::QuoteMode::Quote : market::QuoteMode::Full;
}

Interest::Interest(QuoteUpstream& upstream, OptionBook& book, const market::InstrumentTable& instruments)
    : upstream_{upstream}, book_{book}, instruments_{instruments}, uses_(instruments.size()) {}

void Interest::add(InstrumentId instrument) {
  if (uses_[static_cast<std::size_t>(instrument)]++ == 0)
    upstream_.subscribe(instrument, stream_mode(instruments_[instrument].type));
}

void Interest::drop(InstrumentId instrument) {
  if (--uses_[static_cast<std::size_t>(instrument)] > 0) return;
  upstream_.unsubscribe(instrument);
  book_.forget(instrument);
}

void Interest::follow(InstrumentId instrument) {
  add(instrument);
  look_again(instrument, followed_[static_cast<std::uint32_t>(instrument)]);
}

void Interest::unfollow(InstrumentId instrument) {
  const auto it = followed_.find(static_cast<std::uint32_t>(instrument));
  for (const InstrumentId needed : it->second.needs) drop(needed);
  followed_.erase(it);
  drop(instrument);
}

void Interest::refresh() {
  for (auto& [instrument, followed] : followed_) look_again(InstrumentId{instrument}, followed);
}

void Interest::look_again(InstrumentId instrument, Followed& followed) {
  const OptionBook::Focus focus = book_.focus_of(instrument, followed.focus);
  if (focus == followed.focus) return;
  followed.focus = focus;
  // The new ones first: what stays needed must not be unsubscribed in between.
  const auto before = std::exchange(followed.needs, book_.needs(instrument, focus));
  for (const InstrumentId needed : followed.needs) add(needed);
  for (const InstrumentId needed : before) drop(needed);
}

}  // namespace subd::engine
