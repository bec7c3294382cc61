#include "bars/bar_builder.hpp"

#include <algorithm>
#include <cmath>

namespace subd::bars {
namespace {

bool is_price(double value) noexcept {
  return std::isfinite(value) && value > 0;
}

bool is_sound(const market::Bar& bar) noexcept {
  return is_price(bar.open) && is_price(bar.high) && is_price(bar.low) && is_price(bar.close) &&
         bar.low <= std::min(bar.open, bar.close) && bar.high >= std::max(bar.open, bar.close) &&
         std::isfinite(bar.volume) && bar.volume >= 0;
}

}  // namespace

AddOutcome BarBuilder::refuse(AddOutcome outcome) noexcept {
  switch (outcome) {
    case AddOutcome::OutOfSession:
      ++counters_.out_of_session;
      break;
    case AddOutcome::Late:
      ++counters_.late;
      break;
    case AddOutcome::Invalid:
      ++counters_.invalid;
      break;
    case AddOutcome::Updated:
      break;
  }
  return outcome;
}

AddOutcome BarBuilder::enter(base::UtcTime time, std::optional<market::Bar>& closed) {
  if (forming_ && !span_.has_pause && time >= span_.start && time < span_.end) return AddOutcome::Updated;
  const auto span = calendar_.bar_at(time, timeframe_);
  if (!span) return AddOutcome::OutOfSession;
  if (span->start < closed_until_ || (forming_ && span->start < span_.start)) return AddOutcome::Late;
  if (forming_ && span->start > span_.start) closed = close();
  if (!forming_) {
    span_ = *span;
    forming_ = market::Bar{};
    forming_->start = span->start;
    forming_->trading_day = span->trading_day;
    started_ = false;
    last_print_ = base::UtcTime::min();
  }
  return AddOutcome::Updated;
}

AddOutcome BarBuilder::add(const market::Tick& tick, std::optional<market::Bar>& closed) {
  if (!is_price(tick.last_price) || !std::isfinite(tick.volume) || tick.volume < 0) return refuse(AddOutcome::Invalid);
  const AddOutcome outcome = enter(tick.time, closed);
  if (outcome == AddOutcome::OutOfSession) traded(tick, calendar_.day_at(tick.time));
  if (outcome != AddOutcome::Updated) return refuse(outcome);
  market::Bar& bar = *forming_;
  const double price = tick.last_price;
  if (!started_) {
    started_ = true;
    bar.open = bar.high = bar.low = price;
  }
  bar.high = std::max(bar.high, price);
  bar.low = std::min(bar.low, price);
  if (tick.time < last_print_) return AddOutcome::Updated;
  last_print_ = tick.time;
  bar.close = price;
  bar.volume += traded(tick, span_.trading_day);
  if (!std::isnan(tick.oi)) bar.oi = tick.oi;
  return AddOutcome::Updated;
}

double BarBuilder::traded(const market::Tick& tick, market::TradingDay day) noexcept {
  switch (tick.volume_kind) {
    case market::VolumeKind::None:
      return 0;
    case market::VolumeKind::Traded:
      return tick.volume;
    case market::VolumeKind::DayCumulative:
      break;
  }
  if (volume_day_ && day < *volume_day_) return 0;
  const bool first = std::isnan(day_volume_);
  const bool anew = !first && ((volume_day_ && day > *volume_day_) || tick.volume < day_volume_);
  const double base = first ? tick.volume : anew ? 0 : day_volume_;
  day_volume_ = tick.volume;
  volume_day_ = day;
  return tick.volume - base;
}

AddOutcome BarBuilder::add(const market::Bar& fine, market::Timeframe fine_timeframe,
                           std::optional<market::Bar>& closed) {
  if (!is_sound(fine)) return refuse(AddOutcome::Invalid);
  if (const AddOutcome outcome = enter(fine.start, closed); outcome != AddOutcome::Updated) return refuse(outcome);
  if (started_ && fine.start <= last_print_) return refuse(AddOutcome::Late);
  last_print_ = fine.start;
  market::Bar& bar = *forming_;
  if (!started_) {
    started_ = true;
    bar.open = fine.open;
    bar.high = fine.high;
    bar.low = fine.low;
  }
  bar.high = std::max(bar.high, fine.high);
  bar.low = std::min(bar.low, fine.low);
  bar.close = fine.close;
  bar.volume += fine.volume;
  if (!std::isnan(fine.oi)) bar.oi = fine.oi;
  const bool last = fine.start + market::timeframe_length(fine_timeframe) >= span_.until;
  if (last && !closed) closed = close();
  return AddOutcome::Updated;
}

std::optional<market::Bar> BarBuilder::advance(base::UtcTime market_time) {
  if (!forming_ || span_.until > market_time) return std::nullopt;
  return close();
}

void BarBuilder::seed(const std::optional<market::Bar>& forming, double day_volume) {
  day_volume_ = day_volume;
  volume_day_.reset();
  if (!forming) return;
  const auto span = calendar_.bar_at(forming->start, timeframe_);
  if (!span) return;
  span_ = *span;
  forming_ = forming;
  forming_->start = span->start;
  forming_->trading_day = span->trading_day;
  volume_day_ = span->trading_day;
  started_ = true;
  last_print_ = span_.start;
}

market::Bar BarBuilder::close() noexcept {
  const market::Bar bar = *forming_;
  forming_.reset();
  closed_until_ = span_.end;
  return bar;
}

}  // namespace subd::bars
