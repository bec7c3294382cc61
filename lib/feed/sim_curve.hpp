#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace subd::feed {

/// A number from [0, 1) that depends on its arguments alone and looks random.
[[nodiscard]] double unit_hash(std::uint64_t seed, std::uint64_t position) noexcept;

/// A curve through time that wanders like a price: smooth noise of many wavelengths, from seconds to a week, the longer
/// the stronger. A pure function of (seed, time); what is kept is only a memory that makes neighbouring times cheap.
///
/// Owner: one thread.
class SimCurve {
 public:
  explicit SimCurve(std::uint64_t seed) noexcept : seed_{seed} {}

  /// About -0.08 .. 0.08, with steps of about 0.0001 within seconds. REQUIRES: time >= 1970.
  [[nodiscard]] double at(base::UtcTime time) noexcept;

 private:
  static constexpr std::size_t kOctaves = 10;
  /// One stretch of an octave, between two lattice points.
  struct Cell {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;  // nothing is known while end_ms == start_ms
    double left = 0;
    double step = 0;
  };

  std::uint64_t seed_;
  std::array<Cell, kOctaves> cells_{};
};

}  // namespace subd::feed
