#include "feed/replay_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "base/log.hpp"
#include "base/time_text.hpp"
#include "feed/specification.hpp"

namespace subd::feed {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;

constexpr market::InstrumentId kOnly{0};
/// Rows that are looked at to find out a file's timeframe.
constexpr std::size_t kRowsLookedAt = 10'000;
/// A loop ends here rather than leave the range of dates that rows may have.
constexpr base::UtcTime kEndOfLoop{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};

/// What is known of the symbol; without that, something that trades around the clock.
market::Instrument instrument_of(const ReplaySettings& settings, const market::InstrumentTable& known) {
  market::Instrument out;
  if (const auto id = known.find(settings.symbol)) {
    out = known[*id];
  } else {
    out.symbol = settings.symbol;
    out.exchange = "24x7";
  }
  if (settings.exchange) out.exchange = *settings.exchange;
  return out;
}

std::shared_ptr<const market::InstrumentTable> table_of(const market::Instrument& instrument) {
  auto table = std::make_shared<market::InstrumentTable>();
  table->add(instrument);
  return table;
}

/// The smallest distance between rows that is a timeframe.
market::Timeframe find_timeframe(const std::string& path, const market::TradingCalendar& calendar) {
  ReplayFile file{path, calendar, ReplayFile::Reports::Silent};
  std::optional<market::Timeframe> found;
  std::optional<base::UtcTime> previous;
  for (std::size_t i = 0; i < kRowsLookedAt; ++i) {
    const auto row = file.next();
    if (!row) break;
    if (previous) {
      for (const market::Timeframe timeframe : market::kTimeframes) {
        if (row->time - *previous != market::timeframe_length(timeframe)) continue;
        if (!found || timeframe < *found) found = timeframe;
      }
    }
    previous = row->time;
  }
  if (!found) {
    throw SpecificationError(
        fmt::format("feed: replay: the rows of {} are not one timeframe apart; give it as timeframe=T, one of {}", path,
                    market::timeframe_list()));
  }
  return *found;
}

}  // namespace

ReplayFeed::ReplayFeed(const ReplaySettings& settings, const market::CalendarSet& calendars,
                       const market::InstrumentTable& known)
    : instrument_{instrument_of(settings, known)},
      calendar_{calendars.of(instrument_.exchange)},
      file_{settings.path, calendar_},
      instruments_{table_of(instrument_)},
      timeframe_{market::Timeframe::S1},
      speed_{settings.speed},
      loop_{settings.loop} {
  if (is_bars()) {
    timeframe_ = settings.timeframe ? *settings.timeframe : find_timeframe(settings.path, calendar_);
  } else if (settings.timeframe) {
    throw SpecificationError(fmt::format("feed: replay: timeframe={} is of bars, but {} holds ticks",
                                         market::timeframe_name(*settings.timeframe), settings.path));
  }
  base::log::info("replay", "file opened",
                  {{"file", settings.path},
                   {"symbol", instrument_.symbol},
                   {"exchange", instrument_.exchange},
                   {"rows", is_bars() ? market::timeframe_name(timeframe_) : std::string_view{"ticks"}}});
  pending_ = read();  // where the file begins is of interest before it plays
}

Recording ReplayFeed::recording() const {
  return {.market = "replay:" + std::filesystem::path{file_.path()}.filename().string(),
          .wanted = speed_.has_value(),
          .delivers_from = first_.value_or(base::UtcTime::max())};
}

ReplayFeed::Due ReplayFeed::place(const ReplayRow& row) const {
  const base::UtcTime start = moved(row.time);
  if (!is_bars()) return {row, start, start};
  const auto span = calendar_.bar_at(start, timeframe_);
  // A bar of the session may be cut by the close; one outside of it has its full length.
  const bool in_session = span && span->start == start;
  return {row, start, in_session ? span->end : start + market::timeframe_length(timeframe_)};
}

std::optional<ReplayFeed::Due> ReplayFeed::read() {
  while (true) {
    const auto row = file_.next();
    if (!row) {
      if (!loop_ || !start_over()) return std::nullopt;
      continue;
    }
    const Due due = place(*row);
    const bool late = last_start_ && (is_bars() ? due.start <= *last_start_ : due.start < *last_start_);
    if (late) {
      file_.reject(fmt::format("time {} is not after the row before", base::time_text(row->time)));
      continue;
    }
    if (is_bars() && last_start_ && due.start < last_end_) {
      file_.reject(fmt::format("the bar starts at {}, before the {} bar in front of it ends",
                               base::time_text(row->time), market::timeframe_name(timeframe_)));
      continue;
    }
    if (!first_) first_ = due.start;
    last_start_ = due.start;
    last_end_ = due.end;
    pass_has_rows_ = true;
    return due;
  }
}

bool ReplayFeed::start_over() {
  if (!std::exchange(pass_has_rows_, false) || !file_.rewind()) return false;
  // Whole weeks keep weekdays weekdays.
  const days step = &calendar_ == &market::always_open() ? days{1} : days{7};
  const milliseconds played = last_end_ - moved(*first_);
  shift_ += step * (played / step + 1);
  return moved(*first_) + played < kEndOfLoop;
}

void ReplayFeed::deliver(FeedSink& sink, const Due& due) {
  const ReplayRow& row = due.row;
  if (is_bars()) {
    ++counters_.bars;
    sink.on_bar(kOnly, timeframe_,
                {.start = due.start,
                 .open = row.open,
                 .high = row.high,
                 .low = row.low,
                 .close = row.close,
                 .volume = row.volume,
                 .oi = row.open_interest,
                 .trading_day = calendar_.day_at(due.start)});
  } else {
    ++counters_.ticks;
    market::Tick tick;
    tick.instrument = kOnly;
    tick.time = due.start;
    tick.last_price = row.close;
    tick.volume = row.volume;
    tick.volume_kind = file_.columns().volume ? market::VolumeKind::Traded : market::VolumeKind::None;
    tick.oi = row.open_interest;
    sink.on_tick(tick);
  }
  sink.on_market_time(due.end);
}

base::UtcTime ReplayFeed::due_at(base::UtcTime time) const {
  const double wait = static_cast<double>((time - *first_).count()) / *speed_;
  return *started_at_ + milliseconds{static_cast<std::int64_t>(std::ceil(wait))};
}

std::optional<base::UtcTime> ReplayFeed::advance(FeedSink& sink, base::UtcTime now) {
  if (counters_.finished) return std::nullopt;
  if (!started_at_) {
    started_at_ = now;
    sink.on_upstream(UpstreamState::Live, now);
  }
  for (std::size_t i = 0; i < kRowsPerAdvance; ++i) {
    if (!pending_) pending_ = read();
    if (!pending_) {
      finish(sink, now);
      return std::nullopt;
    }
    if (speed_) {
      const base::UtcTime due = due_at(pending_->end);
      if (due > now) return due;
    }
    deliver(sink, *pending_);
    pending_.reset();
  }
  return now;
}

void ReplayFeed::finish(FeedSink& sink, base::UtcTime now) {
  counters_.finished = true;
  base::log::info("replay", "file played",
                  {{"file", file_.path()},
                   {"bars", counters_.bars},
                   {"ticks", counters_.ticks},
                   {"rows_left_out", file_.bad_rows()}});
  if (file_.bad_rows() > ReplayFile::kBadRowsShown) {
    base::log::warn("replay", "rows were left out", {{"file", file_.path()}, {"rows", file_.bad_rows()}});
  }
  sink.on_upstream(UpstreamState::Stale, now);
}

FeedCounters ReplayFeed::counters() const noexcept {
  FeedCounters out = counters_;
  out.bad_rows = file_.bad_rows();
  return out;
}

}  // namespace subd::feed
