#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "engine/hub_set.hpp"
#include "engine/upstream.hpp"
#include "market/bar.hpp"
#include "market/instrument_table.hpp"
#include "market/tick.hpp"
#include "market/timeframe.hpp"
#include "wire/tick_update.hpp"

namespace subd::engine {

/// The instruments whose raw ticks somebody takes: the newest quote of each, and what is told of it.
///
/// Owner:      the market thread; every call there. No timer of its own: flush() is to be called after every burst of
///             input and at least a few times a second.
/// Invariants: the upstream is asked for an instrument while a hub takes it and for `grace` after, in the highest mode
///             that a hub takes or took within `grace`. A tick is serialised once, in the forms that hubs take.
///             Numbers of the same instrument rise as long as the process runs.
class TickBoard {
 public:
  TickBoard(const market::InstrumentTable& instruments, QuoteUpstream& upstream, const base::Clock& clock,
            std::chrono::milliseconds grace);

  /// What the hub's clients take of the instrument from now on, whatever it was before; no forms: nothing.
  void want(HubId hub, market::InstrumentId instrument, wire::TickForms forms);

  /// The newest tick, in every form that a hub takes and the upstream has been asked for; null when none is known. The
  /// burst has to be taken before, so that it is not older than what follows it.
  [[nodiscard]] wire::TickPtr newest(market::InstrumentId instrument);

  // Market data. An instrument that nobody takes is passed over.
  void on_tick(const market::Tick& tick);
  /// From a source of bars: its close is the only price there is.
  void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar);

  /// What is to be told since the last call, in order.
  [[nodiscard]] std::vector<wire::TickPtr> take_burst() { return std::exchange(burst_, {}); }
  [[nodiscard]] bool has_burst() const noexcept { return !burst_.empty(); }
  /// Gives up what nobody has taken for the grace.
  void end_expired();

  [[nodiscard]] std::size_t instrument_count() const noexcept { return entries_.size(); }
  /// Ticks serialised since the start.
  [[nodiscard]] std::uint64_t updates() const noexcept { return updates_; }

 private:
  struct Entry {
    std::vector<std::pair<HubId, wire::TickForms>> holders;
    wire::TickForms forms;  // of all holders
    /// What the upstream is asked for.
    std::optional<market::QuoteMode> asked;
    base::MonoTime asked_at{};
    /// When it is asked for less; nullopt: it is asked for what is taken.
    std::optional<base::MonoTime> lower_at;
    std::optional<market::Tick> last;  // its quote is the one below
    market::Quote quote;
    /// As much as can be told of the last tick; what the source leaves out of it is unknown.
    market::QuoteMode known = market::QuoteMode::Ltp;
    wire::TickPtr latest;  // of `last`; null when that is not serialised yet
  };

  [[nodiscard]] market::QuoteMode known_of(const Entry& entry, const market::Tick& tick) const;
  [[nodiscard]] wire::TickPtr serialise(const Entry& entry, market::InstrumentId instrument, std::uint64_t seq,
                                        bool price_changed);
  void ask(Entry& entry, market::InstrumentId instrument);

  const market::InstrumentTable& instruments_;
  QuoteUpstream& upstream_;
  const base::Clock& clock_;
  std::chrono::milliseconds grace_;
  std::uint64_t updates_ = 0;
  std::vector<std::uint64_t> seq_;                                            // by InstrumentId
  boost::unordered_flat_map<std::uint32_t, std::unique_ptr<Entry>> entries_;  // by InstrumentId
  std::vector<market::InstrumentId> lingering_;                               // with lower_at
  std::vector<wire::TickPtr> burst_;
};

}  // namespace subd::engine
