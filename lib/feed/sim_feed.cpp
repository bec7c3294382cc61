#include "feed/sim_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "market/calendar_set.hpp"

namespace subd::feed {
namespace {

using market::InstrumentId;
using std::chrono::days;

/// How many ticks are looked at for a closed bar of `ticks`.
std::int64_t looks_at(std::int64_t ticks) noexcept {
  return ticks <= SimFeed::kTicksPerBar ? ticks : SimFeed::kTicksPerSample;
}

}  // namespace

SimFeed::SimFeed(const SimSettings& settings, base::UtcTime now)
    : seed_{settings.seed}, market_{settings}, position_{now} {}

Recording SimFeed::recording() const {
  return {.market = fmt::format("sim:seed={}", seed_), .wanted = false};
}

void SimFeed::aim(Next& next, base::UtcTime time) const noexcept {
  next.number = market_.last_tick(next.instrument, time) + 1;
  next.time = market_.tick_time(next.instrument, next.number);
}

void SimFeed::subscribe(InstrumentId instrument, market::QuoteMode mode) {
  auto it = std::find_if(next_.begin(), next_.end(), [&](const Next& next) { return next.instrument == instrument; });
  if (it == next_.end()) {
    it = next_.insert(it, Next{instrument});
    aim(*it, position_);
  }
  it->mode = mode;
  if (mode == market::QuoteMode::Ltp) {
    it->quote.reset();
  } else if (!it->quote) {
    it->quote = std::make_unique<SimQuote>();
  }
}

void SimFeed::unsubscribe(InstrumentId instrument) {
  std::erase_if(next_, [&](const Next& next) { return next.instrument == instrument; });
}

void SimFeed::skip_to(base::UtcTime now) {
  if (now - position_ <= kLongestCatchUp) return;
  position_ = now;
  for (Next& next : next_) aim(next, position_);
}

SimFeed::Next* SimFeed::earliest() noexcept {
  const auto it = std::min_element(next_.begin(), next_.end(), [](const Next& a, const Next& b) {
    return std::tie(a.time, a.instrument) < std::tie(b.time, b.instrument);
  });
  return it != next_.end() ? &*it : nullptr;
}

base::UtcTime SimFeed::wake_after(base::UtcTime now) noexcept {
  // Bars end on whole seconds, with or without a tick, and the clock may be set at any time.
  const base::UtcTime second = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::seconds{1};
  const Next* next = earliest();
  return next != nullptr && next->time > now ? std::min(second, next->time) : second;
}

std::optional<base::UtcTime> SimFeed::advance(FeedSink& sink, base::UtcTime now) {
  if (!announced_) {
    announced_ = true;
    sink.on_upstream(UpstreamState::Live, now);
  }
  skip_to(now);
  if (now <= position_) return wake_after(now);
  std::size_t delivered = 0;
  for (Next* next = earliest(); next != nullptr && next->time <= now; next = earliest()) {
    // Stop between two instants only, so that position_ says it all.
    if (delivered >= kTicksPerAdvance && next->time > position_) {
      sink.on_market_time(position_);
      return now;
    }
    position_ = std::max(position_, next->time);
    market::Tick tick = market_.tick(next->instrument, next->number);
    if (next->quote) tick.quote = &next->quote->at(market_, tick, next->number, next->mode);
    ++next->number;
    next->time = market_.tick_time(next->instrument, next->number);
    ++delivered;
    ++counters_.ticks;
    sink.on_tick(tick);
  }
  position_ = now;
  sink.on_market_time(now);
  return wake_after(now);
}

market::Bar SimFeed::bar_of(InstrumentId instrument, base::UtcTime start, std::int64_t first, std::int64_t last,
                            std::int64_t looks) {
  const std::int64_t span = last - first;
  market::Bar bar;
  bar.start = start;
  bar.trading_day = market::always_open().day_at(start);
  base::UtcTime time = market_.tick_time(instrument, first);
  double driver = market_.driver(instrument, time);
  bar.open = bar.high = bar.low = market_.price_at(instrument, time, driver);
  // Prices of options are dear, so of each minute only those are asked for that its extremes can have.
  base::UtcTime minute_end{};
  double highest = driver;
  double lowest = driver;
  const auto take_extremes = [&](base::UtcTime any_of_minute) {
    for (const double extreme : {highest, lowest}) {
      const double price = market_.price_at(instrument, any_of_minute, extreme);
      bar.high = std::max(bar.high, price);
      bar.low = std::min(bar.low, price);
    }
  };
  for (std::int64_t i = 1; i < looks; ++i) {
    const base::UtcTime before = std::exchange(time, market_.tick_time(instrument, first + span * i / (looks - 1)));
    driver = market_.driver(instrument, time);
    if (time >= minute_end) {
      if (i > 1) take_extremes(before);
      minute_end = std::chrono::floor<std::chrono::minutes>(time) + std::chrono::minutes{1};
      highest = lowest = driver;
    }
    highest = std::max(highest, driver);
    lowest = std::min(lowest, driver);
  }
  if (looks > 1) take_extremes(time);
  bar.close = market_.price_at(instrument, time, driver);
  if (market_.volume_kind(instrument) == market::VolumeKind::DayCumulative) {
    const bool same_day = first > 0 && std::chrono::floor<days>(market_.tick_time(instrument, first - 1)) ==
                                           std::chrono::floor<days>(market_.tick_time(instrument, first));
    bar.volume = market_.day_volume(instrument, last) - (same_day ? market_.day_volume(instrument, first - 1) : 0);
  }
  bar.oi = market_.open_interest(instrument, market_.tick_time(instrument, last));
  return bar;
}

Backfill SimFeed::backfill(InstrumentId instrument, market::Timeframe timeframe, std::size_t count, base::UtcTime now) {
  skip_to(now);
  const market::TradingCalendar& calendar = market::always_open();
  Backfill out;
  std::int64_t last = market_.last_tick(instrument, position_);
  if (market_.volume_kind(instrument) == market::VolumeKind::DayCumulative) {
    const base::UtcTime midnight = std::chrono::floor<days>(position_);
    out.day_volume = last > market_.last_tick(instrument, midnight - std::chrono::milliseconds{1})
                         ? market_.day_volume(instrument, last)
                         : 0;
  }
  std::int64_t looked_at = 0;
  // From the newest bar back; stretches without a tick have no bar and are stepped over.
  while (last >= 0 && looked_at < kTicksPerBackfill) {
    const auto span = calendar.bar_at(market_.tick_time(instrument, last), timeframe);
    const bool closed = span->end <= position_;
    if (closed && out.closed.size() >= count) break;
    const std::int64_t before = market_.last_tick(instrument, span->start - std::chrono::milliseconds{1});
    const std::int64_t looks = closed ? looks_at(last - before) : std::min(last - before, kTicksPerBar);
    const market::Bar bar = bar_of(instrument, span->start, before + 1, last, looks);
    if (closed) {
      out.closed.push_back(bar);
    } else {
      out.forming = bar;
    }
    looked_at += looks;
    last = before;
  }
  std::reverse(out.closed.begin(), out.closed.end());
  return out;
}

}  // namespace subd::feed
