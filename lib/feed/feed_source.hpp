#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "feed/upstream_report.hpp"
#include "market/bar.hpp"
#include "market/foreign_flow.hpp"
#include "market/index_figures.hpp"
#include "market/instrument_table.hpp"
#include "market/quote.hpp"
#include "market/tick.hpp"
#include "market/timeframe.hpp"

namespace boost::asio {
class io_context;
}

namespace subd::feed {

enum class UpstreamState : std::uint8_t { Live, Stale, Down };

[[nodiscard]] std::string_view upstream_state_name(UpstreamState state) noexcept;

/// Where a feed puts what arrives. Called on the market thread only, from within FeedSource::advance.
class FeedSink {
 public:
  virtual ~FeedSink() = default;
  virtual void on_tick(const market::Tick& tick) = 0;
  /// A bar that the source itself closed; bars of this timeframe pass through unchanged.
  virtual void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) = 0;
  /// The upstream says more of an instrument without a new price. `quote` is valid during the call.
  virtual void on_quote(market::InstrumentId instrument, base::UtcTime time, const market::Quote& quote) {
    static_cast<void>(instrument), static_cast<void>(time), static_cast<void>(quote);
  }
  virtual void on_foreign(const market::ForeignFlow& flow) { static_cast<void>(flow); }
  /// Beside the tick of the index's value.
  virtual void on_index(const market::IndexFigures& figures) { static_cast<void>(figures); }
  /// The market's clock reached `time`: every bar that ends at or before it is complete. Never goes backwards.
  virtual void on_market_time(base::UtcTime time) = 0;
  /// The same where sources with clocks of their own come together: of the instruments that have this clock.
  virtual void on_clock(std::size_t clock, base::UtcTime time) {
    static_cast<void>(clock);
    on_market_time(time);
  }
  virtual void on_upstream(UpstreamState state, base::UtcTime since) = 0;
};

/// History that a source can give for one stream at once.
struct Backfill {
  std::vector<market::Bar> closed;     ///< oldest first, without gaps that the market did not have
  std::optional<market::Bar> forming;  ///< the bar in progress, from its start to now
  /// Cumulative day volume at the end of `forming`; NaN where the source has none.
  double day_volume = std::numeric_limits<double>::quiet_NaN();
};

/// What of a source's bars is worth keeping for the next start.
struct Recording {
  /// Names the market: bars of different names never mix. Sources of one and the same market share a name.
  std::string market;
  /// False where the past can be had again at once.
  bool wanted = true;
  /// From here on the source delivers everything itself, so that bars kept of then are not looked at.
  base::UtcTime delivers_from{base::UtcTime::max()};
  /// By InstrumentId those that all of this is said of; null: all.
  std::shared_ptr<const std::vector<bool>> of{};
};

/// Totals since the start, for status and metrics.
struct FeedCounters {
  std::uint64_t ticks = 0;
  std::uint64_t bars = 0;
  std::uint64_t bad_rows = 0;
  bool finished = false;  ///< a replay that reached its end
};

/// The thread that a source lives on, for sources that wait for input of their own.
class FeedHost {
 public:
  virtual ~FeedHost() = default;
  /// Run by the market thread alone.
  [[nodiscard]] virtual boost::asio::io_context& context() noexcept = 0;
  /// Something is due: advance() is called soon, not from within this call. Market thread.
  virtual void wake() = 0;
};

class Ingest;

/// One upstream.
///
/// Owner:  the market thread; every member is called there.
/// Rules:  no member blocks and none throws, but the factories do (they run at start-up).
///         A source delivers only while inside advance(), and only instruments that are subscribed, except that a
///         source with `keeps_history()` delivers all it has.
class FeedSource {
 public:
  virtual ~FeedSource() = default;

  /// `sim`, `replay`, `kite`, `ssi`: the first word of its specification.
  [[nodiscard]] virtual std::string_view kind() const noexcept = 0;

  [[nodiscard]] virtual std::shared_ptr<const market::InstrumentTable> instruments() const = 0;

  /// Where published rows go; null for a source that takes none.
  [[nodiscard]] virtual Ingest* ingest() noexcept { return nullptr; }

  /// The shortest timeframe that this source can fill for the instrument; coarser ones are built from it.
  [[nodiscard]] virtual market::Timeframe finest_timeframe(market::InstrumentId instrument) const = 0;

  /// True when the past cannot be asked for again (a replayed file): the caller must keep the bars of every instrument
  /// from the start, subscribed or not.
  [[nodiscard]] virtual bool keeps_history() const noexcept = 0;
  /// The same of one instrument, where instruments differ.
  [[nodiscard]] virtual bool keeps_history_of(market::InstrumentId instrument) const noexcept {
    static_cast<void>(instrument);
    return keeps_history();
  }

  /// Which of the source's clocks the instrument goes by, see FeedSink::on_clock; dense from 0.
  [[nodiscard]] virtual std::size_t clock_of(market::InstrumentId instrument) const noexcept {
    static_cast<void>(instrument);
    return 0;
  }

  /// Of the source's instruments (by InstrumentId) only these are asked of it; the others have another source. Once,
  /// before start().
  virtual void serve_only(const std::vector<bool>& served) { static_cast<void>(served); }

  /// Before any other call but instruments(), ingest(), recording() and kind(). `host` outlives the source's last call.
  virtual void start(FeedHost& host) { static_cast<void>(host); }

  /// The same for the life of the source.
  [[nodiscard]] virtual Recording recording() const = 0;

  /// Asks for the instrument in `mode`. Again with another mode: that one holds from now on.
  virtual void subscribe(market::InstrumentId instrument, market::QuoteMode mode) = 0;
  virtual void unsubscribe(market::InstrumentId instrument) = 0;

  /// For a source whose past takes time to come: asks for what backfill() is going to give of the stream. True: it
  /// gives that now. False: `done`, unless it is empty, is called from the host's loop when it does, in a few seconds
  /// at the latest and then with whatever there is.
  // NOLINTBEGIN(performance-unnecessary-value-param): who overrides it keeps `done`
  [[nodiscard]] virtual bool fetch(market::InstrumentId /*instrument*/, market::Timeframe /*timeframe*/,
                                   std::size_t /*count*/, std::function<void()> /*done*/) {
    return true;
  }
  // NOLINTEND(performance-unnecessary-value-param)

  /// Up to `count` closed bars that end at or before `now`, and the bar in progress. Empty when the source has none.
  [[nodiscard]] virtual Backfill backfill(market::InstrumentId instrument, market::Timeframe timeframe,
                                          std::size_t count, base::UtcTime now) = 0;

  /// Delivers everything that is due at `now`, in order of time, with a bounded amount of work per call. Returns when
  /// to call again; a time not after `now` means at once, nullopt means never.
  virtual std::optional<base::UtcTime> advance(FeedSink& sink, base::UtcTime now) = 0;

  [[nodiscard]] virtual FeedCounters counters() const noexcept = 0;

  /// Of the connections of its own, for a source that has some.
  [[nodiscard]] virtual UpstreamReport upstream() const { return {}; }
};

}  // namespace subd::feed
