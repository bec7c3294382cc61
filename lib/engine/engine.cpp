#include "engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/random_id.hpp"
#include "indicator/spec.hpp"

namespace subd::engine {
namespace {

using wire::Error;
using wire::ErrorCode;

/// How often streams and topics that nobody holds are looked for.
constexpr std::chrono::milliseconds kSweepInterval{100};
constexpr std::size_t kEpochDigits = 6;

std::uint64_t key(wire::StreamId id) noexcept {
  return static_cast<std::uint64_t>(id);
}

Error too_many_streams(std::size_t limit) {
  return {ErrorCode::LimitExceeded, fmt::format("the server computes its maximum of {} streams", limit), {}};
}

}  // namespace

EngineCounters& EngineCounters::operator+=(const EngineCounters& other) noexcept {
  ticks += other.ticks;
  bursts += other.bursts;
  updates += other.updates;
  fragments += other.fragments;
  closed_bars += other.closed_bars;
  streams_started += other.streams_started;
  streams_ended += other.streams_ended;
  topics_started += other.topics_started;
  topics_ended += other.topics_ended;
  condition_evaluations += other.condition_evaluations;
  return *this;
}

std::shared_ptr<Allowances> make_allowances(const Settings& settings) {
  return std::make_shared<Allowances>(settings.max_streams, settings.max_topics, settings.max_conditions);
}

Engine::Engine(const market::InstrumentTable& instruments, Upstream& upstream, UpdateSink& sink,
               const base::Clock& clock, Settings settings)
    : instruments_{instruments},
      upstream_{upstream},
      sink_{sink},
      clock_{clock},
      settings_{std::move(settings)},
      allowances_{settings_.allowances ? settings_.allowances : make_allowances(settings_)},
      book_{instruments, *settings_.calendars, settings_.greeks},
      interest_{upstream, book_, instruments},
      by_instrument_(instruments.size()) {}

Engine::~Engine() = default;

Engine::MarketClock& Engine::market_clock(std::size_t number) {
  if (number >= market_clocks_.size()) market_clocks_.resize(number + 1);
  return market_clocks_[number];
}

void Engine::note(Stream& stream) {
  std::optional<base::UtcTime>& next_end = market_clock(stream.clock).next_bar_end;
  if (const auto end = stream.builder().forming_end(); end && (!next_end || *end < *next_end)) next_end = end;
  const bars::BarSeries& series = stream.series();
  for (; stream.handed_over < series.total_pushed(); ++stream.handed_over) {
    const std::size_t from_newest = static_cast<std::size_t>(series.total_pushed() - stream.handed_over);
    kept_.push_back({stream.id(), stream.since(), series[series.size() - from_newest]});
  }
  if (stream.dirty() && !stream.listed) {
    stream.listed = true;
    dirty_.push_back(&stream);
  }
}

void Engine::on_tick(const market::Tick& tick) {
  ++counters_.ticks;
  book_.add(tick);
  const base::UtcTime now = clock_.utc_now();
  for (Stream* stream : by_instrument_[static_cast<std::size_t>(tick.instrument)]) {
    stream->add(tick, now, burst_);
    note(*stream);
  }
}

void Engine::on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) {
  book_.add(instrument, bar.close, bar.oi);
  const base::UtcTime now = clock_.utc_now();
  for (Stream* stream : by_instrument_[static_cast<std::size_t>(instrument)]) {
    if (stream->timeframe() == timeframe) {
      stream->add_closed(bar, now, burst_);
      note(*stream);
    } else if (market::builds_from(stream->timeframe(), timeframe)) {
      stream->add_finer(bar, timeframe, now, burst_);
      note(*stream);
    }
  }
}

void Engine::on_market_time(base::UtcTime time, std::size_t clock) {
  market_clock(clock).time = time;
  if (std::all_of(market_clocks_.begin(), market_clocks_.end(),
                  [time](const MarketClock& other) { return !other.time || *other.time <= time; })) {
    book_.advance(time);
  }
  std::optional<base::UtcTime>& next_end = market_clocks_[clock].next_bar_end;
  if (!next_end || time < *next_end) return;
  const base::UtcTime now = clock_.utc_now();
  next_end.reset();
  for (const auto& [id, stream] : streams_) {
    if (stream->clock != clock) continue;
    stream->advance(time, now, burst_);
    note(*stream);
  }
}

void Engine::flush() {
  const base::MonoTime now = clock_.mono_now();
  std::erase_if(dirty_, [&](Stream* stream) {
    if (stream->dirty() && stream->held()) {
      if (now - stream->last_published < settings_.forming_interval) return false;
      stream->publish_forming(clock_.utc_now(), burst_);
      stream->last_published = now;
    }
    stream->listed = false;
    return true;
  });
  if (!burst_.empty()) {
    ++counters_.bursts;
    for (const wire::UpdatePtr& update : burst_) {
      ++counters_.updates;
      counters_.fragments += update->fragment_count();
      counters_.closed_bars += update->closed ? 1 : 0;
      if (Stream* stream = find(update->stream)) stream->rate().count(now);
    }
    sink_.publish(burst_);
    burst_.clear();
  }
  if (!kept_.empty()) {
    sink_.keep(kept_);
    kept_.clear();
  }
  if (now >= next_sweep_) {
    next_sweep_ = now + kSweepInterval;
    end_expired(now);
    interest_.refresh();
  }
}

Stream* Engine::find(wire::StreamId id) const {
  const auto it = streams_.find(key(id));
  return it != streams_.end() ? it->second.get() : nullptr;
}

std::optional<Error> Engine::refusal(wire::StreamId id) const {
  if (has(id)) return std::nullopt;
  const market::InstrumentId instrument = wire::instrument_of(id);
  const market::Timeframe timeframe = wire::timeframe_of(id);
  const market::Timeframe finest = upstream_.finest_timeframe(instrument);
  if (!market::builds_from(timeframe, finest)) {
    return Error{
        ErrorCode::UnknownTimeframe,
        fmt::format("{} bars of {} cannot be built: its source delivers {} bars", market::timeframe_name(timeframe),
                    instruments_[instrument].symbol, market::timeframe_name(finest)),
        fmt::format(R"({{"field":"timeframe","finest":"{}"}})", market::timeframe_name(finest))};
  }
  if (allowances_->streams.exhausted()) return too_many_streams(allowances_->streams.limit());
  return std::nullopt;
}

base::Result<Stream*, Error> Engine::open(wire::StreamId id) {
  if (Stream* stream = find(id)) return stream;
  if (auto error = refusal(id)) return *std::move(error);
  if (!allowances_->streams.take(1)) return too_many_streams(allowances_->streams.limit());
  return &start(id);
}

Stream& Engine::start(wire::StreamId id) {
  const market::InstrumentId number = wire::instrument_of(id);
  const market::Instrument& instrument = instruments_[number];
  std::vector<Stream*>& siblings = by_instrument_[static_cast<std::size_t>(number)];
  if (siblings.empty()) interest_.follow(number);
  auto stream = std::make_unique<Stream>(id, instrument, settings_.calendars->of(instrument.exchange),
                                         base::random_hex(kEpochDigits), settings_.bars_per_stream, book_);
  stream->clock = upstream_.clock_of(number);
  stream->seed(upstream_.history(number, wire::timeframe_of(id), settings_.bars_per_stream),
               market_clock(stream->clock).time);
  ++counters_.streams_started;
  siblings.push_back(stream.get());
  note(*stream);
  return *(streams_[key(id)] = std::move(stream));
}

void Engine::pin(market::InstrumentId instrument) {
  for (const market::Timeframe timeframe : market::kTimeframes) {
    if (!market::builds_from(timeframe, upstream_.finest_timeframe(instrument))) continue;
    const wire::StreamId id = wire::stream_id(instrument, timeframe);
    Stream* stream = find(id);
    if (stream == nullptr) {
      allowances_->streams.take_anyway(1);
      stream = &start(id);
    }
    stream->pinned = true;
  }
}

base::Result<std::vector<indicator::Spec>, Error> Engine::missing(Stream& stream, std::span<const std::string> topics) {
  std::vector<indicator::Spec> specs;
  for (const std::string& id : topics) {
    if (stream.find(id) != nullptr) continue;
    auto spec = indicator::parse_id(id);
    if (!spec) return Error{ErrorCode::BadParams, spec.error().message, {}};
    specs.push_back(std::move(*spec));
  }
  if (!allowances_->topics.take(specs.size())) {
    return Error{ErrorCode::LimitExceeded,
                 fmt::format("the server computes its maximum of {} indicators", allowances_->topics.limit()),
                 {}};
  }
  return specs;
}

base::Result<std::optional<Expression>, Error> Engine::missing_condition(Stream& stream,
                                                                         std::span<const std::string> topics,
                                                                         std::string_view condition) {
  if (condition.empty() || stream.conditions().find(condition) != nullptr) return std::optional<Expression>{};
  Allowance& allowance = allowances_->conditions;
  if (!allowance.take(1)) {
    return Error{ErrorCode::LimitExceeded,
                 fmt::format("the server evaluates its maximum of {} conditions", allowance.limit()),
                 {}};
  }
  auto expression = Expression::compile(condition, topics);
  if (!expression) {
    allowance.give_back(1);
    return expression.error();
  }
  return std::optional{std::move(*expression)};
}

void Engine::give_up(Stream& stream) {
  if (!stream.held() && !stream.pinned) stream.ends_at = clock_.mono_now() + settings_.grace;
}

base::Result<wire::SnapshotData, Error> Engine::attach(HubId hub, wire::StreamId id,
                                                       std::span<const std::string> topics, std::size_t history,
                                                       std::string_view condition) {
  const auto opened = open(id);
  if (!opened) return opened.error();
  Stream& stream = **opened;
  auto specs = missing(stream, topics);
  if (!specs) {
    give_up(stream);
    return specs.error();
  }
  auto expression = missing_condition(stream, topics, condition);
  if (!expression) {
    allowances_->topics.give_back(specs->size());
    give_up(stream);
    return expression.error();
  }
  stream.holders.set(hub);
  stream.ends_at.reset();
  for (indicator::Spec& spec : *specs) {
    stream.start(std::move(spec));
    ++counters_.topics_started;
    ++topics_;
  }
  for (const std::string& topic : topics) {
    Computation* computation = stream.find(topic);
    computation->holders.set(hub);
    computation->ends_at.reset();
  }
  // The snapshot carries the number of the last update, so it must not know more than that update did.
  if (stream.dirty()) {
    stream.publish_forming(clock_.utc_now(), burst_);
    stream.last_published = clock_.mono_now();
  }
  if (!burst_.empty()) flush();
  wire::SnapshotData snapshot = stream.snapshot(topics, history);
  if (condition.empty()) return snapshot;
  Condition* running = stream.conditions().find(condition);
  if (running == nullptr) {
    running = &stream.start(std::move(**expression));
    ++conditions_;
  }
  running->holders.set(hub);
  snapshot.condition = running->slot();
  return snapshot;
}

void Engine::release(HubId hub, wire::StreamId id, bool whole_stream, std::span<const std::string> topics,
                     std::span<const std::string> conditions) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  const std::size_t before = stream->conditions().size();
  for (const std::string& condition : conditions) stream->conditions().release(hub, condition);
  const std::size_t ended = before - stream->conditions().size();
  conditions_ -= ended;
  allowances_->conditions.give_back(ended);
  const base::MonoTime ends = clock_.mono_now() + settings_.grace;
  for (const std::string& topic : topics) stream->release(hub, topic, ends);
  if (!whole_stream) return;
  stream->holders.reset(hub);
  if (!stream->held() && !stream->pinned) stream->ends_at = ends;
}

void Engine::end_expired(base::MonoTime now) {
  std::vector<Stream*> ended;
  for (const auto& [id, stream] : streams_) {
    const std::size_t count = stream->end_expired(now);
    end_topics(count);
    if (stream->ends_at && *stream->ends_at <= now) ended.push_back(stream.get());
  }
  for (Stream* stream : ended) end(*stream);
}

void Engine::end_topics(std::size_t count) noexcept {
  topics_ -= count;
  counters_.topics_ended += count;
  allowances_->topics.give_back(count);
}

void Engine::end(Stream& stream) {
  std::erase(dirty_, &stream);
  end_topics(stream.computations().size());
  conditions_ -= stream.conditions().size();
  allowances_->conditions.give_back(stream.conditions().size());
  allowances_->streams.give_back(1);
  counters_.condition_evaluations += stream.conditions().evaluations();
  ++counters_.streams_ended;
  const wire::StreamId id = stream.id();
  const market::InstrumentId instrument = wire::instrument_of(id);
  std::vector<Stream*>& siblings = by_instrument_[static_cast<std::size_t>(instrument)];
  std::erase(siblings, &stream);
  streams_.erase(key(id));
  if (siblings.empty()) interest_.unfollow(instrument);
}

std::vector<Stream*> Engine::streams() const {
  std::vector<Stream*> out;
  out.reserve(streams_.size());
  for (const auto& [id, stream] : streams_) out.push_back(stream.get());
  return out;
}

}  // namespace subd::engine
