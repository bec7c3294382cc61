#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "market/instrument.hpp"
#include "market/timeframe.hpp"
#include "market/trading_calendar.hpp"

namespace subd::feed {

/// Totals since the start.
struct HistoryCounters {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;  ///< answered with an error, or not at all
  std::uint64_t late = 0;      ///< streams that began without their history
};

/// Fetches the past of streams from Kite, which takes three requests a second and answers when it does.
///
/// Whoever needs the past of a stream asks for it and looks again when told to. That is kPatience after it was asked at
/// the latest, with whatever there is then: many streams at once get their history as far as Kite's rate allows. After
/// a failure nothing is asked for kCoolDown, so that a server that is gone delays nobody.
///
/// Owner: KiteFeed; the market thread. Sends through a function and takes time from a clock: no I/O of its own.
class KiteHistory {
 public:
  static constexpr std::chrono::milliseconds kPatience{3000};
  static constexpr std::chrono::milliseconds kSpacing{340};
  static constexpr std::chrono::milliseconds kCoolDown{10'000};
  /// How long an answer waits to be taken.
  static constexpr std::chrono::milliseconds kKept{10'000};

  struct Query {
    market::InstrumentId instrument{};
    std::uint32_t token = 0;
    market::Timeframe timeframe{};
    std::size_t count = 0;
    const market::TradingCalendar* calendar = nullptr;
  };
  struct Answer {
    int status = 0;  ///< of HTTP; 0: there was none
    std::string body;
    std::string error;  ///< of an answer that there was not; names no secret
  };
  /// Sends one request and calls back once, now or later.
  using Send = std::function<void(const std::string& target, std::function<void(Answer)> done)>;

  KiteHistory(const base::Clock& clock, Send send) : clock_{clock}, send_{std::move(send)} {}

  /// True: take() gives what there is. False: it is being fetched, and `done`, unless it is empty, is called when
  /// take() gives it. REQUIRES: kite_interval(query.timeframe).
  [[nodiscard]] bool ask(const Query& query, std::function<void()> done);

  /// What was fetched of the stream, the bar in progress too; it is gone with that. Empty when there is nothing.
  [[nodiscard]] std::vector<market::Bar> take(market::InstrumentId instrument, market::Timeframe timeframe);

  /// Sends what may be sent, gives up what is late. To be called a few times a second.
  void step();

  [[nodiscard]] const HistoryCounters& counters() const noexcept { return counters_; }

 private:
  struct Entry {
    Query query;
    base::MonoTime asked{};
    bool sent = false;
    bool finished = false;
    std::vector<market::Bar> bars;
    std::vector<std::function<void()>> waiting;
  };
  using Key = std::uint64_t;

  [[nodiscard]] static Key key_of(market::InstrumentId instrument, market::Timeframe timeframe) noexcept;
  void send(Key key, const Entry& entry);
  void answered(Key key, base::MonoTime asked, const Answer& answer);
  void finish(Entry& entry);
  /// After a failure that is of more than one request: nothing is asked for a while.
  void pause(std::string_view why);

  const base::Clock& clock_;
  Send send_;
  HistoryCounters counters_;
  boost::unordered_flat_map<Key, Entry> entries_;
  std::deque<Key> queue_;  // not sent yet
  base::MonoTime next_send_{};
  base::MonoTime cool_until_{};
};

}  // namespace subd::feed
