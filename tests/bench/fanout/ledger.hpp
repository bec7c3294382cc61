#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fanout/message.hpp"
#include "fanout/plan.hpp"
#include "fanout/windows.hpp"
#include "metrics/histogram.hpp"

namespace subd::bench {

/// What came, and what was wrong with it.
struct Counts {
  std::uint64_t messages = 0;   ///< market messages
  std::uint64_t bytes = 0;      ///< of their texts
  std::uint64_t replies = 0;    ///< all other texts
  std::uint64_t conflated = 0;  ///< numbers of forming bars that were left out
  // Each of these is a failure.
  std::uint64_t lost = 0;       ///< numbers of closed bars that were left out
  std::uint64_t repeated = 0;   ///< numbers that came again or out of order
  std::uint64_t foreign = 0;    ///< of a stream, or with indicators, that the tab does not take
  std::uint64_t malformed = 0;  ///< cut short, not to be read, of another length than asked for

  [[nodiscard]] std::uint64_t failures() const noexcept { return lost + repeated + foreign + malformed; }
};

/// What every tab takes, and the judgement of each message that it gets.
class Ledger {
 public:
  enum class Source : std::uint8_t {
    Ticks,       ///< subd, forming bars: newest wins, closed ones are none of the publisher's
    ClosedBars,  ///< subd, closed bars: each number once
    MadeUp,      ///< others: each number once, and nothing is known but the length
  };

  Ledger(const Plan& plan, Source source, Windows& windows);

  void market_message(std::size_t tab, std::string_view text, double now_us);
  /// A snapshot says from which number on the tab gets a stream; `unsubscribed`, that it gets no more.
  void reply(std::size_t tab, std::string_view text);
  /// The tab is going to take one more stream, which nobody publishes for its sake.
  void add(std::size_t tab, const Take& take);

  /// The mean length of each take's messages, into the plan.
  void tell_lengths(Plan& plan) const;
  /// Tabs whose newest number of some stream is not `published` of it.
  [[nodiscard]] std::uint64_t behind() const;
  void clear_counts();

  Counts counts;
  metrics::Histogram latency_us;

 private:
  struct Held {
    std::uint16_t stream;
    bool awaited;  ///< its messages are owed to the publisher's window
    bool begun;    ///< its snapshot came
    std::uint32_t bytes;
    std::uint64_t seq;
    ViewCheck check;
    std::uint64_t messages = 0;
    std::uint64_t message_bytes = 0;
  };
  [[nodiscard]] Held* find(std::size_t tab, std::uint16_t stream) noexcept;
  void note_number(Held& held, const MarketMessage& message);

  Source source_;
  Windows& windows_;
  std::vector<std::vector<Held>> tabs_;
  std::vector<std::uint64_t> newest_;  ///< number that anybody got, by stream
};

}  // namespace subd::bench
