#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace subd::probe {

/// Where an update stands in its stream. Epochs are numbered in the order in which they were first seen.
struct Position {
  std::uint32_t epoch = 0;
  std::uint64_t seq = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): the comparison with 0 in it is the compiler's own
  friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

/// The closed bars of one stream that any tab has received: what every other subscribed tab is owed. A bar stays until
/// it is settled, so memory is bounded by the settling time, not by the length of the run.
///
/// Threads: one owner. Pure.
class BarLedger {
 public:
  struct Bar {
    Position at;
    base::UtcTime start{};
    base::MonoTime first_seen{};
    std::size_t first_tab = 0;
  };

  [[nodiscard]] Position position(std::string_view epoch, std::uint64_t seq);

  /// A tab received the closed bar; the first sight counts.
  void saw(Position at, base::UtcTime start, base::MonoTime now, std::size_t tab);

  /// Takes out the bars first seen at or before `limit`, in the order of their positions.
  [[nodiscard]] std::vector<Bar> settle(base::MonoTime limit);
  /// Whether bars of that position were settled: one that comes now comes late.
  [[nodiscard]] bool is_settled(Position at) const noexcept { return at <= settled_through_; }

 private:
  std::vector<std::string> epochs_;
  std::deque<Bar> bars_;  // ascending positions
  Position settled_through_;
};

}  // namespace subd::probe
