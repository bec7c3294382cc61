#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Dema {
  explicit Dema(std::span<const double> values) : once{bar_count(values[0])}, twice{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto once = step(self.once, bar.close);
    if (!once) return;
    if (const auto twice = step(self.twice, *once)) out[0] = 2 * *once - *twice;
  }

  Ema once;
  Ema twice;
};

constexpr Parameter kParameters[] = {length_parameter(20, 1, "of each exponential average")};
constexpr std::string_view kOutputs[] = {"DEMA"};

}  // namespace

constexpr Definition kDema{
    .name = "DEMA",
    .title = "Double exponential moving average",
    .description =
        "Twice the exponential average of the close less the exponential average of that average, which is seeded with "
        "the mean of its first length values. pandas-ta seeds it with the first and differs until both have settled.",
    .source = "TA-Lib 0.6 DEMA",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return 2 * bar_count(values[0]) - 1; },
    .make = make_stepped<Dema>,
};

}  // namespace subd::indicator
