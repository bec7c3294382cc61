#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Tema {
  explicit Tema(std::span<const double> values)
      : once{bar_count(values[0])}, twice{bar_count(values[0])}, thrice{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto once = step(self.once, bar.close);
    if (!once) return;
    const auto twice = step(self.twice, *once);
    if (!twice) return;
    if (const auto thrice = step(self.thrice, *twice)) out[0] = 3 * (*once - *twice) + *thrice;
  }

  Ema once;
  Ema twice;
  Ema thrice;
};

constexpr Parameter kParameters[] = {length_parameter(20, 1, "of each exponential average")};
constexpr std::string_view kOutputs[] = {"TEMA"};

}  // namespace

constexpr Definition kTema{
    .name = "TEMA",
    .title = "Triple exponential moving average",
    .description =
        "Three times the exponential average of the close, less three times the average of that, plus the average of "
        "that again; each is seeded with the mean of its first length values. pandas-ta seeds the second and third "
        "with their first value and differs until all have settled.",
    .source = "TA-Lib 0.6 TEMA",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return 3 * bar_count(values[0]) - 2; },
    .make = make_stepped<Tema>,
};

}  // namespace subd::indicator
