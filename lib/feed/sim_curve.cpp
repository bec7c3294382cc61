#include "feed/sim_curve.hpp"

namespace subd::feed {
namespace {

struct Octave {
  std::int64_t wavelength_ms;
  double strength;
};
/// Strength grows with the root of the wavelength, as a random walk's range does.
constexpr std::array<Octave, 10> kWaves{{{1'500, 0.00006},
                                         {6'000, 0.00012},
                                         {25'000, 0.00025},
                                         {100'000, 0.0005},
                                         {400'000, 0.001},
                                         {1'600'000, 0.002},
                                         {6'400'000, 0.004},
                                         {26'000'000, 0.008},
                                         {100'000'000, 0.016},
                                         {600'000'000, 0.04}}};

std::uint64_t mixed(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

double signed_hash(std::uint64_t seed, std::int64_t position) noexcept {
  return 2 * unit_hash(seed, static_cast<std::uint64_t>(position)) - 1;
}

}  // namespace

double unit_hash(std::uint64_t seed, std::uint64_t position) noexcept {
  const std::uint64_t bits = mixed(mixed(seed + 0x9E3779B97F4A7C15U) + position * 0x9E3779B97F4A7C15U);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

double SimCurve::at(base::UtcTime time) noexcept {
  const std::int64_t ms = time.time_since_epoch().count();
  double sum = 0;
  for (std::size_t i = 0; i < kOctaves; ++i) {
    const auto [wavelength, strength] = kWaves[i];
    Cell& cell = cells_[i];
    if (ms < cell.start_ms || ms >= cell.end_ms) {
      const std::int64_t position = ms / wavelength;
      const std::uint64_t octave_seed = seed_ + i;
      cell.start_ms = position * wavelength;
      cell.end_ms = cell.start_ms + wavelength;
      cell.left = strength * signed_hash(octave_seed, position);
      cell.step = strength * signed_hash(octave_seed, position + 1) - cell.left;
    }
    const double x = static_cast<double>(ms - cell.start_ms) / static_cast<double>(wavelength);
    sum += cell.left + cell.step * x * x * (3 - 2 * x);
  }
  return sum;
}

}  // namespace subd::feed
