#include <cmath>
#include <cstddef>

#include "indicator/definitions.hpp"
#include "indicator/sliding_mean.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

std::size_t half_of(double length) noexcept {
  return bar_count(length / 2);
}

std::size_t root_of(double length) noexcept {
  return bar_count(std::sqrt(length));
}

struct Hma {
  explicit Hma(std::span<const double> values)
      : fast{half_of(values[0])}, slow{bar_count(values[0])}, smooth{root_of(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto fast = step(self.fast, bar.close);
    const auto slow = step(self.slow, bar.close);
    if (!fast || !slow) return;
    if (const auto average = step(self.smooth, 2 * *fast - *slow)) out[0] = *average;
  }

  SlidingWeightedMean fast;
  SlidingWeightedMean slow;
  SlidingWeightedMean smooth;
};

constexpr Parameter kParameters[] = {length_parameter(20, 2, "bars of the slow weighted average")};
constexpr std::string_view kOutputs[] = {"HMA"};

}  // namespace

constexpr Definition kHma{
    .name = "HMA",
    .title = "Hull moving average",
    .description =
        "WMA over int(sqrt(length)) bars of 2 WMA(int(length / 2)) - WMA(length) of the close, each linearly weighted. "
        "First value with bar length + int(sqrt(length)) - 1. As in pandas-ta.",
    .source = "pandas-ta 0.3.14b HMA",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + root_of(values[0]) - 1; },
    .make = make_stepped<Hma>,
};

}  // namespace subd::indicator
