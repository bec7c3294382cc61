#include "feed/ssi_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>
#include <variant>

#include "base/log.hpp"
#include "base/time_text.hpp"
#include "feed/specification.hpp"

namespace subd::feed {
namespace {

using market::InstrumentId;
using std::chrono::days;
using std::chrono::milliseconds;

/// A loop ends here rather than leave the range of dates that messages may have.
constexpr base::UtcTime kEndOfLoop{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};

/// The moment of a message; null where it has none.
const ssi::Moment* moment_of(const ssi::Message& message) {
  return std::visit(
      [](const auto& one) -> const ssi::Moment* {
        if constexpr (requires { one.moment; }) return &one.moment;
        return nullptr;
      },
      message);
}

/// What is known takes the place of what was.
void take(double& place, double value) noexcept {
  if (!std::isnan(value)) place = value;
}

market::DepthLevel level_of(const ssi::Level& level) noexcept {
  constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
  return {level.price, static_cast<std::uint32_t>(std::min(level.volume, kMost)), 0};
}

void take_book(market::Quote& quote, const ssi::Book& book) noexcept {
  quote.has_depth = true;
  for (std::size_t i = 0; i < market::Quote::kDepth; ++i) {
    quote.buy[i] = level_of(book.bids[i]);
    quote.sell[i] = level_of(book.asks[i]);
  }
}

void take_trade(market::Quote& quote, const ssi::Trade& trade, base::UtcTime time) noexcept {
  take(quote.open, trade.open);
  take(quote.high, trade.high);
  take(quote.low, trade.low);
  take(quote.close, trade.reference);
  take(quote.average_price, trade.average);
  take(quote.last_quantity, trade.last_volume);
  take(quote.day_volume, trade.total_volume);
  take(quote.ceiling, trade.ceiling);
  take(quote.floor, trade.floor);
  quote.last_trade_time = time;
}

market::TradeSide side_of(ssi::Side side) noexcept {
  switch (side) {
    case ssi::Side::Buyer:
      return market::TradeSide::Buyer;
    case ssi::Side::Seller:
      return market::TradeSide::Seller;
    case ssi::Side::Unknown:
      break;
  }
  return market::TradeSide::Unknown;
}

}  // namespace

/// One function per kind of message.
class SsiFeed::Delivery {
 public:
  Delivery(SsiFeed& feed, FeedSink& sink, base::UtcTime time) noexcept : feed_{feed}, sink_{sink}, time_{time} {}

  void operator()(const ssi::Security& message) {
    const InstrumentId id = find(message.symbol);
    Seen& seen = feed_.seen_[index(id)];
    if (!follows(seen.newest)) return;
    seen.quote.mode = market::QuoteMode::Full;
    seen.quote.exchange_time = time_;
    if (message.book) take_book(seen.quote, *message.book);
    if (message.trade) take_trade(seen.quote, *message.trade, time_);
    if (!message.trade || std::isnan(message.trade->last_price)) {
      sink_.on_quote(id, time_, seen.quote);
      return;
    }
    market::Tick tick = tick_of(id, message.trade->last_price);
    const bool counts_the_day = !std::isnan(message.trade->total_volume);
    tick.volume = counts_the_day ? message.trade->total_volume : message.trade->last_volume;
    tick.volume_kind = counts_the_day ? market::VolumeKind::DayCumulative : market::VolumeKind::Traded;
    if (std::isnan(tick.volume)) tick.volume = 0;
    tick.side = side_of(message.trade->side);
    tick.quote = &seen.quote;
    deliver(tick);
  }

  void operator()(const ssi::Foreign& message) {
    const InstrumentId id = find(message.symbol);
    if (!follows(feed_.seen_[index(id)].newest_foreign)) return;
    sink_.on_foreign({.instrument = id,
                      .time = time_,
                      .buy_volume = message.buy_volume,
                      .sell_volume = message.sell_volume,
                      .buy_value = message.buy_value,
                      .sell_value = message.sell_value,
                      .total_room = message.total_room,
                      .current_room = message.current_room});
  }

  void operator()(const ssi::Index& message) {
    const InstrumentId id = find(message.id);
    Seen& seen = feed_.seen_[index(id)];
    if (!follows(seen.newest)) return;
    seen.quote.mode = market::QuoteMode::Full;
    seen.quote.exchange_time = time_;
    take(seen.quote.close, message.prior_value);
    take(seen.quote.price_change, message.change);
    if (!std::isnan(message.value)) {
      market::Tick tick = tick_of(id, message.value);
      tick.quote = &seen.quote;
      deliver(tick);
    }
    sink_.on_index({.instrument = id,
                    .time = time_,
                    .value = message.value,
                    .prior_value = message.prior_value,
                    .change = message.change,
                    .ratio_change = message.ratio_change,
                    .total_volume = message.total_volume,
                    .advances = message.advances,
                    .no_changes = message.no_changes,
                    .declines = message.declines});
  }

  void operator()(const ssi::Bar& message) {
    const InstrumentId id = find(message.symbol);
    if (feed_.market_.has_trades[index(id)] || std::isnan(message.close)) return;
    if (!follows(feed_.seen_[index(id)].newest)) return;
    market::Tick tick = tick_of(id, message.close);
    tick.volume = std::isnan(message.volume) ? 0 : message.volume;
    tick.volume_kind = market::VolumeKind::Traded;
    deliver(tick);
  }

  void operator()(const ssi::Status&) {}  // nothing of it is shown
  void operator()(const ssi::UpstreamError&) {}

 private:
  static std::size_t index(InstrumentId id) noexcept { return static_cast<std::size_t>(id); }

  /// Every symbol was found when the file was looked through.
  [[nodiscard]] InstrumentId find(const std::string& symbol) const { return *feed_.market_.instruments->find(symbol); }

  [[nodiscard]] bool follows(base::UtcTime& newest) {
    if (time_ < newest) {
      feed_.file_.reject(fmt::format("time {} is before {}, that of the message before it of its symbol",
                                     base::time_text(time_), base::time_text(newest)));
      return false;
    }
    newest = time_;
    return true;
  }

  [[nodiscard]] market::Tick tick_of(InstrumentId id, double price) const noexcept {
    market::Tick tick;
    tick.instrument = id;
    tick.time = time_;
    tick.last_price = price;
    return tick;
  }

  void deliver(const market::Tick& tick) {
    if (feed_.newest_tick_ && tick.time + kSlack < *feed_.newest_tick_) {
      feed_.file_.reject(fmt::format("time {} is more than {} s before a tick that came earlier: no tick of it",
                                     base::time_text(tick.time), kSlack.count()));
      return;
    }
    feed_.newest_tick_ = std::max(tick.time, feed_.newest_tick_.value_or(tick.time));
    ++feed_.counters_.ticks;
    sink_.on_tick(tick);
    sink_.on_market_time(*feed_.newest_tick_ - kSlack);
  }

  SsiFeed& feed_;
  FeedSink& sink_;
  base::UtcTime time_;
};

SsiFeed::SsiFeed(const SsiSettings& settings, const market::CalendarSet& calendars,
                 const market::InstrumentTable& known)
    : market_{scan_ssi_file(settings.path, calendars, known)},
      seen_(market_.instruments->size()),
      file_{settings.path},
      speed_{settings.speed},
      loop_{settings.loop} {
  base::log::info("ssi", "file opened", {{"file", settings.path}, {"instruments", market_.instruments->size()}});
  pending_ = read();  // where the file begins is of interest before it plays
}

Recording SsiFeed::recording() const {
  return {.market = "ssi:" + std::filesystem::path{file_.path()}.filename().string(),
          .wanted = speed_.has_value(),
          .delivers_from = first_.value_or(base::UtcTime::max())};
}

std::optional<base::UtcTime> SsiFeed::place(const ssi::Moment& moment) {
  if (moment.day) known_day_ = moment.day;
  if (!known_day_) {
    file_.reject("TradingDate must be a day as dd/mm/yyyy, got nothing, and no message before it has one");
    return std::nullopt;
  }
  return moment.on(*known_day_) + shift_;
}

std::optional<SsiFeed::Due> SsiFeed::read() {
  while (true) {
    auto message = file_.next();
    if (!message) {
      if (!loop_ || !start_over()) return std::nullopt;
      continue;
    }
    if (const auto* error = std::get_if<ssi::UpstreamError>(&*message)) {
      base::log::warn("ssi", "the upstream says", {{"text", error->text}, {"line", file_.line()}});
      continue;
    }
    const auto time = place(*moment_of(*message));
    if (!time) continue;
    if (!first_) first_ = *time;
    newest_ = std::max(newest_, *time);
    pass_has_messages_ = true;
    return Due{std::move(*message), *time};
  }
}

bool SsiFeed::start_over() {
  if (!std::exchange(pass_has_messages_, false) || !file_.rewind()) return false;
  constexpr days kWeek{7};  // weekdays stay weekdays
  shift_ += kWeek * ((newest_ - shift_ - *first_) / kWeek + 1);
  known_day_.reset();
  return newest_ + kWeek < kEndOfLoop;
}

base::UtcTime SsiFeed::due_at(base::UtcTime time) const {
  const double wait = static_cast<double>((time - *first_).count()) / *speed_;
  return *started_at_ + milliseconds{static_cast<std::int64_t>(std::ceil(std::max(wait, 0.0)))};
}

std::optional<base::UtcTime> SsiFeed::advance(FeedSink& sink, base::UtcTime now) {
  if (counters_.finished) return std::nullopt;
  if (!started_at_) {
    started_at_ = now;
    sink.on_upstream(UpstreamState::Live, now);
  }
  for (std::size_t i = 0; i < kMessagesPerAdvance; ++i) {
    if (!pending_) pending_ = read();
    if (!pending_) {
      finish(sink, now);
      return std::nullopt;
    }
    if (speed_) {
      const base::UtcTime due = due_at(pending_->time);
      if (due > now) return due;
    }
    std::visit(Delivery{*this, sink, pending_->time}, pending_->message);
    pending_.reset();
  }
  return now;
}

void SsiFeed::finish(FeedSink& sink, base::UtcTime now) {
  counters_.finished = true;
  if (newest_tick_) sink.on_market_time(*newest_tick_);
  base::log::info("ssi", "file played",
                  {{"file", file_.path()}, {"ticks", counters_.ticks}, {"messages_left_out", file_.bad_messages()}});
  sink.on_upstream(UpstreamState::Stale, now);
}

FeedCounters SsiFeed::counters() const noexcept {
  FeedCounters out = counters_;
  out.bad_rows = file_.bad_messages();
  return out;
}

}  // namespace subd::feed
