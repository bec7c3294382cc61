#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Linreg {
  explicit Linreg(std::span<const double> values)
      : length{values[0]}, total_weight{length * (length + 1) / 2}, closes{bar_count(length)} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto sums = step(self.closes, bar.close);
    if (!sums) return;
    // The line's end by way of two means, which have no large terms to cancel as the normal equations have.
    out[0] = 3 * (sums->weighted / self.total_weight) - 2 * (sums->sum / self.length);
  }

  double length;
  double total_weight;
  SlidingFold<WeightedSum> closes;
};

constexpr Parameter kParameters[] = {length_parameter(14, 2, "bars that the line is fitted to")};
constexpr std::string_view kOutputs[] = {"LINREG"};

}  // namespace

constexpr Definition kLinreg{
    .name = "LINREG",
    .title = "Linear regression",
    .description =
        "Value at this bar of the line of least squares through the last length closes. pandas-ta gives its value one "
        "bar earlier unless tsf is set. The close while nothing moves.",
    .source = "TA-Lib 0.6 LINEARREG",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Linreg>,
};

}  // namespace subd::indicator
