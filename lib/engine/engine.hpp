#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engine/allowance.hpp"
#include "engine/greeks_settings.hpp"
#include "engine/interest.hpp"
#include "engine/option_book.hpp"
#include "engine/stream.hpp"
#include "engine/upstream.hpp"
#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"
#include "wire/error.hpp"
#include "wire/server_message.hpp"
#include "wire/update.hpp"

namespace subd::engine {

struct Settings {
  std::size_t bars_per_stream = 5000;
  std::chrono::milliseconds grace{2000};          ///< between the last holder's leave and the end
  std::chrono::milliseconds forming_interval{0};  ///< least time between forming updates of one stream
  std::size_t max_streams = 20'000;
  std::size_t max_topics = 100'000;
  std::size_t max_conditions = 10'000;
  const market::CalendarSet* calendars = &market::builtin_calendars();  ///< outlives the engine
  GreeksSettings greeks;
  /// Shared by engines that have the limits together; null: this one has them alone.
  std::shared_ptr<Allowances> allowances{};
};

[[nodiscard]] std::shared_ptr<Allowances> make_allowances(const Settings& settings);

/// A bar that closed while its stream was watched, to be kept for the next start.
struct KeptBar {
  wire::StreamId stream{};
  base::UtcTime since{};  ///< from when on the stream was watched without a break, in market time
  market::Bar bar;
};

/// Where updates go: one call per burst.
class UpdateSink {
 public:
  virtual ~UpdateSink() = default;
  virtual void publish(std::span<const wire::UpdatePtr> burst) = 0;
  /// The closed bars of a burst, of every stream, held or pinned; each once, after the burst is published.
  virtual void keep(std::span<const KeptBar> bars) { static_cast<void>(bars); }
};

/// Totals since the start.
struct EngineCounters {
  std::uint64_t ticks = 0;
  std::uint64_t bursts = 0;  ///< handed to the sink, each with the updates of many streams
  std::uint64_t updates = 0;
  std::uint64_t fragments = 0;  ///< of indicators, in those updates
  std::uint64_t closed_bars = 0;
  std::uint64_t streams_started = 0;
  std::uint64_t streams_ended = 0;
  std::uint64_t topics_started = 0;
  std::uint64_t topics_ended = 0;
  std::uint64_t condition_evaluations = 0;  ///< by streams that ended; a living one knows its own

  EngineCounters& operator+=(const EngineCounters& other) noexcept;
};

/// Computes every stream and indicator once, for whoever holds it.
///
/// Owner:      the thread of its shard, which is the market thread where there is one shard; every call there. No
///             thread, socket or timer of its own: the owner drives it with ticks, bars, time and flush().
/// Invariants: a stream exists while a hub holds it, for `grace` after, or while pinned; the upstream is subscribed to
///             an instrument exactly while one of its streams exists or the greeks of one need it (Interest). A
///             computation exists while a hub holds its topic and for `grace` after.
/// Errors:     attach returns what a client may be told; input that makes no sense is counted by the bar builders.
class Engine {
 public:
  Engine(const market::InstrumentTable& instruments, Upstream& upstream, UpdateSink& sink, const base::Clock& clock,
         Settings settings);
  ~Engine();

  // Market data, in the order of its time.
  void on_tick(const market::Tick& tick);
  void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar);
  /// For the instruments that go by this clock; a replay of last year and live data do not share one. Greeks go by the
  /// latest of all.
  void on_market_time(base::UtcTime time, std::size_t clock = 0);

  /// Publishes what changed since the last flush as one burst, and ends what nobody holds any more. To be called after
  /// every burst of input and at least a few times a second.
  void flush();

  /// Holds `topics` of `stream` and `condition`, canonical and over some of `topics`, for the hub and answers with the
  /// state of now; an empty condition is none. On an error the hub holds no more than before.
  [[nodiscard]] base::Result<wire::SnapshotData, wire::Error> attach(HubId hub, wire::StreamId stream,
                                                                     std::span<const std::string> topics,
                                                                     std::size_t history,
                                                                     std::string_view condition = {});
  /// Ends the hub's hold; what it does not hold is ignored. Conditions end at once, without grace: they have no past
  /// that would have to be computed again.
  void release(HubId hub, wire::StreamId stream, bool whole_stream, std::span<const std::string> topics,
               std::span<const std::string> conditions = {});

  /// Keeps the bars of every timeframe that the upstream can fill, from now on and for good.
  void pin(market::InstrumentId instrument);

  [[nodiscard]] bool has(wire::StreamId stream) const { return find(stream) != nullptr; }
  /// Why the stream cannot be started now; nullopt: it can, or is there.
  [[nodiscard]] std::optional<wire::Error> refusal(wire::StreamId stream) const;
  /// Starts the stream for an attach that is going to follow, and does not end it before; where it is refused, nothing.
  /// For an owner whose upstream has the past of a stream at one moment only.
  void begin(wire::StreamId stream) { static_cast<void>(open(stream)); }

  [[nodiscard]] const EngineCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::size_t stream_count() const noexcept { return streams_.size(); }
  [[nodiscard]] std::size_t topic_count() const noexcept { return topics_; }
  [[nodiscard]] std::size_t condition_count() const noexcept { return conditions_; }
  /// For inspection: every stream, in no particular order.
  [[nodiscard]] std::vector<Stream*> streams() const;

 private:
  struct MarketClock {
    std::optional<base::UtcTime> time;
    std::optional<base::UtcTime> next_bar_end;  // no forming bar of its streams ends before
  };

  [[nodiscard]] Stream* find(wire::StreamId id) const;
  [[nodiscard]] base::Result<Stream*, wire::Error> open(wire::StreamId id);
  /// Specs of those `topics` that do not run yet, taken from the allowance.
  [[nodiscard]] base::Result<std::vector<indicator::Spec>, wire::Error> missing(Stream& stream,
                                                                                std::span<const std::string> topics);
  /// The condition compiled and taken from the allowance, unless it runs already or there is none.
  [[nodiscard]] base::Result<std::optional<Expression>, wire::Error> missing_condition(
      Stream& stream, std::span<const std::string> topics, std::string_view condition);
  /// After a failed attach: a stream that only it wanted ends.
  void give_up(Stream& stream);
  Stream& start(wire::StreamId id);
  void end(Stream& stream);
  void end_topics(std::size_t count) noexcept;
  void end_expired(base::MonoTime now);
  /// After input: lists the stream for the next flush when its forming bar changed, takes over bars that closed, and
  /// keeps its clock's next_bar_end true.
  void note(Stream& stream);
  /// The clock of that number, which comes into being.
  MarketClock& market_clock(std::size_t number);

  const market::InstrumentTable& instruments_;
  Upstream& upstream_;
  UpdateSink& sink_;
  const base::Clock& clock_;
  Settings settings_;
  std::shared_ptr<Allowances> allowances_;
  EngineCounters counters_;
  OptionBook book_;
  Interest interest_;
  std::size_t topics_ = 0;
  std::size_t conditions_ = 0;
  std::vector<MarketClock> market_clocks_;
  base::MonoTime next_sweep_{};
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Stream>> streams_;
  std::vector<std::vector<Stream*>> by_instrument_;
  std::vector<Stream*> dirty_;
  std::vector<wire::UpdatePtr> burst_;
  std::vector<KeptBar> kept_;  // closed since the last flush
};

}  // namespace subd::engine
