#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "feed/feed_source.hpp"
#include "feed/specification.hpp"
#include "market/calendar_set.hpp"

namespace subd::feed {

/// Opens the feed that `specification` describes:
///
///   sim[:seed=N,rate=R]    synthetic market; R ticks per second and symbol, 2 by default, from 0.001 to 1000
///   replay:FILE[,symbol=S,exchange=E,timeframe=T,speed=real|N|max,loop]    bars or ticks from a CSV file
///   kite[:url=U,http=U,credentials=FILE,links=N,tokens_per_link=N]    Zerodha's Kite; see kite_settings.hpp
///   ssi:FILE[,speed=real|N|max,loop]    messages of SSI FastConnect, one a line
///   push[:stale_after=D,max_ahead=D,late=D]    what publishers send; the symbols are those of `known`
///
/// `now` is where a simulated market starts; `calendars` outlive the feed. `known` describes the symbol that a file is
/// of (exchange, type, expiry); one that it does not know trades around the clock. Of Kite it is what can be had.
/// Throws SpecificationError; to be called at start-up.
[[nodiscard]] std::unique_ptr<FeedSource> open_feed(
    std::string_view specification, base::UtcTime now,
    const market::CalendarSet& calendars = market::builtin_calendars(),
    const market::InstrumentTable& known = market::builtin_instruments());

/// Opens several as one. Each may also have `only=A|B|EXCHANGE:*`, the symbols and exchanges that it alone delivers; see
/// CombinedFeed for who has the others. REQUIRES: at least one.
[[nodiscard]] std::unique_ptr<FeedSource> open_feeds(std::span<const std::string> specifications, base::UtcTime now,
                                                     const market::CalendarSet& calendars,
                                                     const market::InstrumentTable& known);

}  // namespace subd::feed
