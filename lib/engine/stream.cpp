#include "engine/stream.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace subd::engine {

Stream::Stream(wire::StreamId id, const market::Instrument& instrument, const market::TradingCalendar& calendar,
               std::string epoch, std::size_t capacity, OptionBook& book)
    : id_{id},
      instrument_{instrument},
      timeframe_{wire::timeframe_of(id)},
      epoch_{std::move(epoch)},
      capacity_{capacity},
      builder_{calendar, timeframe_},
      series_{capacity},
      oi_{std::numeric_limits<double>::quiet_NaN()},
      oi_previous_{oi_},
      book_{book} {}

void Stream::seed(History history, std::optional<base::UtcTime> since) {
  since_ = since;
  for (const market::Bar& bar : history.closed) series_.push(bar);
  const market::Bar* newest = history.forming ? &*history.forming : nullptr;
  if (newest == nullptr && !history.closed.empty()) newest = &history.closed.back();
  if (newest != nullptr) oi_ = newest->oi;
  // A closed bar may be of last week; a price that others' greeks are made of must not be.
  const market::InstrumentId instrument = wire::instrument_of(id_);
  if (history.forming && !book_.has_price(instrument)) {
    book_.add(instrument, history.forming->close, history.forming->oi);
  }
  handed_over = series_.total_pushed();
  builder_.seed(history.forming, history.day_volume);
}

void Stream::add(const market::Tick& tick, base::UtcTime now, std::vector<wire::UpdatePtr>& out) {
  if (!since_) since_ = tick.time;
  if (!std::isnan(tick.oi)) oi_ = tick.oi;
  if (!std::isnan(tick.oi_previous)) oi_previous_ = tick.oi_previous;
  std::optional<market::Bar> closed;
  const bars::AddOutcome outcome = builder_.add(tick, closed);
  if (closed) close_bar(*closed, now, out);
  if (outcome == bars::AddOutcome::Updated) dirty_ = true;
}

void Stream::add_closed(const market::Bar& bar, base::UtcTime now, std::vector<wire::UpdatePtr>& out) {
  if (!since_) since_ = bar.start;
  if (!std::isnan(bar.oi)) oi_ = bar.oi;
  close_bar(bar, now, out);
}

void Stream::add_finer(const market::Bar& bar, market::Timeframe timeframe, base::UtcTime now,
                       std::vector<wire::UpdatePtr>& out) {
  if (!since_) since_ = bar.start;
  if (!std::isnan(bar.oi)) oi_ = bar.oi;
  std::optional<market::Bar> closed;
  const bars::AddOutcome outcome = builder_.add(bar, timeframe, closed);
  if (closed) close_bar(*closed, now, out);
  if (outcome == bars::AddOutcome::Updated && builder_.forming() != nullptr) dirty_ = true;
}

void Stream::advance(base::UtcTime market_time, base::UtcTime now, std::vector<wire::UpdatePtr>& out) {
  if (const auto closed = builder_.advance(market_time)) close_bar(*closed, now, out);
}

void Stream::close_bar(const market::Bar& bar, base::UtcTime now, std::vector<wire::UpdatePtr>& out) {
  dirty_ = false;
  // A bar that is not after the last one was refused by the series: computations and subscribers must not see it
  // either.
  if (!series_.push(bar)) return;
  for (const auto& computation : computations_) computation->commit(bar);
  figures_current_ = false;
  if (held()) publish(bar, true, now, out);
}

void Stream::publish_forming(base::UtcTime now, std::vector<wire::UpdatePtr>& out) {
  const market::Bar* forming = builder_.forming();
  if (!dirty_ || forming == nullptr || !held()) return;
  dirty_ = false;
  for (const auto& computation : computations_) computation->peek(*forming);
  publish(*forming, false, now, out);
}

void Stream::publish(const market::Bar& bar, bool closed, base::UtcTime now, std::vector<wire::UpdatePtr>& out) {
  refresh_figures(bar.close);
  auto update = std::make_shared<wire::Update>();
  update->reserve(last_extent_);
  update->stream = id_;
  update->seq = ++seq_;
  update->closed = closed;
  wire::append_update_head(update->head, {.symbol = instrument_.symbol,
                                          .timeframe = market::timeframe_name(timeframe_),
                                          .epoch = epoch_,
                                          .seq = seq_,
                                          .closed = closed,
                                          .timestamp = now,
                                          .bar = bar,
                                          .greeks = greeks_,
                                          .oi = oi_figures_});
  for (const auto& computation : computations_) {
    scratch_.clear();
    computation->append_fragment(scratch_);
    update->add_fragment(computation->slot(), scratch_);
  }
  conditions_.evaluate(bar, open_interest_value(), update->conditions);
  last_update_ = now;
  last_extent_ = update->extent();
  out.push_back(std::move(update));
}

Computation* Stream::find(std::string_view id) noexcept {
  const auto it = std::find_if(computations_.begin(), computations_.end(),
                               [&](const auto& computation) { return computation->id() == id; });
  return it != computations_.end() ? it->get() : nullptr;
}

wire::Slot Stream::free_slot() const noexcept {
  wire::Slot slot = 0;
  for (const auto& computation : computations_) {
    if (computation->slot() != slot) break;
    ++slot;
  }
  return slot;
}

Computation& Stream::start(indicator::Spec spec) {
  auto computation = std::make_unique<Computation>(std::move(spec), free_slot(), series_, capacity_);
  if (const market::Bar* forming = builder_.forming()) computation->peek(*forming);
  const auto at = std::lower_bound(computations_.begin(), computations_.end(), computation->slot(),
                                   [](const auto& other, wire::Slot slot) { return other->slot() < slot; });
  return **computations_.insert(at, std::move(computation));
}

Condition& Stream::start(Expression expression) {
  return conditions_.start(std::move(expression), computations_, newest_bar(), open_interest_value());
}

void Stream::release(HubId hub, std::string_view topic, base::MonoTime ends) {
  Computation* computation = find(topic);
  if (computation == nullptr || !computation->holders.test(hub)) return;
  computation->holders.reset(hub);
  if (computation->holders.none()) computation->ends_at = ends;
}

std::size_t Stream::end_expired(base::MonoTime now) {
  return std::erase_if(computations_, [&](const auto& computation) {
    return computation->ends_at.has_value() && *computation->ends_at <= now && computation->readers == 0;
  });
}

std::optional<wire::OpenInterest> Stream::open_interest() const noexcept {
  if (!market::has_open_interest(instrument_.type) || std::isnan(oi_)) return std::nullopt;
  return wire::OpenInterest{oi_, oi_ - oi_previous_};
}

double Stream::open_interest_value() const noexcept {
  const auto known = open_interest();
  return known ? known->oi : std::numeric_limits<double>::quiet_NaN();
}

const market::Bar* Stream::newest_bar() const noexcept {
  if (const market::Bar* forming = builder_.forming()) return forming;
  return series_.size() > 0 ? &series_.back() : nullptr;
}

void Stream::refresh_figures(double price) {
  const market::InstrumentId instrument = wire::instrument_of(id_);
  greeks_ = book_.greeks(instrument, price);
  oi_figures_ = std::monostate{};
  if (const auto own = open_interest()) {
    oi_figures_ = *own;
  } else if (const auto chain = book_.open_interest(instrument)) {
    oi_figures_ = *chain;
  }
  figures_current_ = true;
}

wire::SnapshotData Stream::snapshot(std::span<const std::string> ids, std::size_t history) {
  wire::SnapshotData data;
  data.symbol = instrument_.symbol;
  data.timeframe = market::timeframe_name(timeframe_);
  data.epoch = epoch_;
  data.seq = seq_;
  if (const market::Bar* newest = newest_bar()) data.bar = *newest;
  if (!figures_current_) refresh_figures(data.bar ? data.bar->close : wire::kUnknown);
  data.greeks = greeks_;
  data.oi = oi_figures_;
  const std::size_t count = std::min(history, series_.size());
  const std::size_t first = series_.size() - count;
  data.bars.reserve(count);
  for (std::size_t i = first; i < series_.size(); ++i) data.bars.push_back(series_[i]);
  for (const auto& computation : computations_) {
    if (std::find(ids.begin(), ids.end(), computation->id()) == ids.end()) continue;
    wire::SnapshotColumn column;
    column.slot = computation->slot();
    column.id = computation->id();
    column.outputs = computation->outputs();
    column.current.assign(computation->current().begin(), computation->current().end());
    column.history.reserve(count * column.outputs.size());
    for (std::size_t i = first; i < series_.size(); ++i) {
      const auto row = computation->rows()[i];
      column.history.insert(column.history.end(), row.begin(), row.end());
    }
    data.columns.push_back(std::move(column));
  }
  return data;
}

}  // namespace subd::engine
