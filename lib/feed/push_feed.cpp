#include "feed/push_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time_text.hpp"

namespace subd::feed {
namespace {

std::uint32_t number(market::InstrumentId instrument) noexcept {
  return static_cast<std::uint32_t>(instrument);
}

std::string form_name(const std::optional<market::Timeframe>& bars) {
  return bars ? fmt::format("{} bars", market::timeframe_name(*bars)) : std::string{"ticks"};
}

}  // namespace

PushFeed::PushFeed(const PushSettings& settings, std::shared_ptr<const market::InstrumentTable> instruments,
                   const market::CalendarSet& calendars)
    : settings_{settings},
      instruments_{std::move(instruments)},
      calendars_{calendars},
      rules_{std::make_shared<const IngestRules>(instruments_, calendars, settings.max_ahead)},
      subscribed_(instruments_->size()) {}

market::Timeframe PushFeed::finest_timeframe(market::InstrumentId instrument) const {
  const auto it = forms_.find(number(instrument));
  return it != forms_.end() ? it->second.bars.value_or(market::Timeframe::S1) : market::Timeframe::S1;
}

void PushFeed::serve_only(const std::vector<bool>& served) {
  rules_ = std::make_shared<const IngestRules>(instruments_, calendars_, settings_.max_ahead, served);
}

void PushFeed::subscribe(market::InstrumentId instrument, market::QuoteMode) {
  subscribed_[number(instrument)] = true;
}

void PushFeed::unsubscribe(market::InstrumentId instrument) {
  subscribed_[number(instrument)] = false;
}

void PushFeed::offer(std::string user, IngestBatch batch, Done done) {
  offers_.push_back({std::move(user), std::move(batch), std::move(done)});
  if (host_ != nullptr) host_->wake();
}

std::optional<base::UtcTime> PushFeed::advance(FeedSink& sink, base::UtcTime now) {
  for (std::size_t rows = 0; !offers_.empty() && rows < kRowsPerAdvance;) {
    heard_ = now;
    tell_state(sink, now);
    Offer offer = std::move(offers_.front());
    offers_.pop_front();
    rows += offer.batch.rows.size() + 1;
    apply(sink, offer, now);
  }
  tell_state(sink, now);
  if (now - settings_.late > market_time_) {
    market_time_ = now - settings_.late;
    sink.on_market_time(market_time_);
  }
  // Bars end on whole seconds, with or without a tick.
  return offers_.empty()
             ? std::chrono::ceil<std::chrono::seconds>(market_time_ + std::chrono::milliseconds{1}) + settings_.late
             : now;
}

void PushFeed::tell_state(FeedSink& sink, base::UtcTime now) {
  const bool live = heard_ && now - *heard_ < settings_.stale_after;
  const UpstreamState state = live ? UpstreamState::Live : UpstreamState::Stale;
  if (told_ == state) return;
  told_ = state;
  sink.on_upstream(state, now);
}

void PushFeed::apply(FeedSink& sink, Offer& offer, base::UtcTime now) {
  IngestOutcome outcome;
  outcome.head = offer.batch.head;
  const PublisherBook::Verdict verdict = publishers_.take(offer.user, outcome.head, now);
  outcome.duplicate = verdict.duplicate;
  outcome.expected = verdict.expected;
  if (!verdict.duplicate) {
    outcome.problems = std::move(offer.batch.problems);
    for (const IngestRow& row : offer.batch.rows) {
      if (auto problem = note_form(row, now)) {
        problem->row = offer.batch.row_name(row);
        outcome.problems.add(std::move(*problem));
        continue;
      }
      ++outcome.applied;
      std::visit([&](const auto& content) { deliver(sink, content); }, row.content);
    }
    counters_.bad_rows += outcome.problems.count();
  }
  offer.done(outcome);
}

std::optional<IngestProblem> PushFeed::note_form(const IngestRow& row, base::UtcTime now) {
  const auto* bar = std::get_if<IngestBar>(&row.content);
  const auto bars = bar != nullptr ? std::optional{bar->timeframe} : std::nullopt;
  const auto instrument = bar != nullptr ? bar->instrument : std::get<IngestTick>(row.content).tick.instrument;
  Form& form = forms_.try_emplace(number(instrument), Form{bars, now}).first->second;
  if (form.bars != bars) {
    if (now - form.heard < settings_.stale_after) {
      const std::string& symbol = (*instruments_)[instrument].symbol;
      return IngestProblem{
          {},
          bar != nullptr ? "timeframe" : "symbol",
          form_name(bars),
          fmt::format("{}, as which {} is published; both would count twice", form_name(form.bars), symbol)};
    }
    form = {bars, now};
  }
  if (bar != nullptr && bar->bar.start <= form.last_bar) {
    return IngestProblem{
        {}, "time", base::time_text(bar->bar.start), "after the bar before it, " + base::time_text(form.last_bar)};
  }
  form.heard = now;
  if (bar != nullptr) form.last_bar = bar->bar.start;
  return std::nullopt;
}

void PushFeed::deliver(FeedSink& sink, const IngestTick& row) {
  ++counters_.ticks;
  if (!subscribed_[number(row.tick.instrument)]) return;
  market::Tick tick = row.tick;
  if (row.quote) tick.quote = &*row.quote;
  sink.on_tick(tick);
}

void PushFeed::deliver(FeedSink& sink, const IngestBar& row) {
  ++counters_.bars;
  if (subscribed_[number(row.instrument)]) sink.on_bar(row.instrument, row.timeframe, row.bar);
}

}  // namespace subd::feed
