#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "feed/feed_source.hpp"
#include "market/instrument.hpp"
#include "market/quote.hpp"

namespace subd::feed {

/// Who wants instruments of the upstream.
enum class Consumer : std::uint8_t {
  Streams,
  Ticks,
  Channels,
  Beginnings,  ///< streams that start on another thread, until that says itself what they want
};

/// What the upstream was asked for since the start.
struct InterestCounters {
  std::uint64_t subscribed = 0;    ///< instruments that were not subscribed before
  std::uint64_t unsubscribed = 0;  ///< instruments that nobody wanted any more
  std::uint64_t mode_changes = 0;  ///< of instruments that stayed subscribed
};

/// The only one who subscribes the upstream: every consumer says what it wants of an instrument, the feed is told the
/// most that anybody wants, and only when that changes.
///
/// Owner:      the market thread. Knows no time: a consumer that wants to keep something for a grace does so itself.
/// Invariants: the feed is subscribed to an instrument exactly while a consumer wants it, in the highest mode wanted.
class UpstreamInterest {
 public:
  /// `instruments`: how many the feed has.
  UpstreamInterest(FeedSource& feed, std::size_t instruments) : feed_{feed}, wanted_(instruments) {}

  /// From now on the consumer wants the instrument in `mode`, whatever it wanted of it before.
  void want(Consumer consumer, market::InstrumentId instrument, market::QuoteMode mode);
  /// From now on it wants nothing of it.
  void drop(Consumer consumer, market::InstrumentId instrument);

  /// What the feed is asked for; nullopt: nothing.
  [[nodiscard]] std::optional<market::QuoteMode> mode(market::InstrumentId instrument) const noexcept;
  /// Instruments that are subscribed in exactly that mode.
  [[nodiscard]] std::size_t count(market::QuoteMode mode) const noexcept {
    return counts_[static_cast<std::size_t>(mode)];
  }
  [[nodiscard]] const InterestCounters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::size_t kConsumers = 4;
  using Wishes = std::array<std::optional<market::QuoteMode>, kConsumers>;

  [[nodiscard]] static std::optional<market::QuoteMode> merged(const Wishes& wishes) noexcept;
  void set(Consumer consumer, market::InstrumentId instrument, std::optional<market::QuoteMode> mode);

  FeedSource& feed_;
  std::vector<Wishes> wanted_;  // by InstrumentId
  std::array<std::size_t, 3> counts_{};
  InterestCounters counters_;
};

}  // namespace subd::feed
