#include <algorithm>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"
#include "indicator/true_range.hpp"

namespace subd::indicator {
namespace {

/// Keeps the direction and the two bands from one bar to the next.
class Trend {
 public:
  struct Value {
    bool rising = true;
    double lower = 0;
    double upper = 0;
  };

  /// `lower` and `upper`: the bands of this bar alone.
  Value push(double close, double lower, double upper) noexcept {
    const Value value = peek(close, lower, upper);
    last_ = value;
    return value;
  }

  [[nodiscard]] Value peek(double close, double lower, double upper) const noexcept {
    if (!last_ || close > last_->upper) return {true, lower, upper};
    if (close < last_->lower) return {false, lower, upper};
    if (last_->rising) return {true, std::max(lower, last_->lower), upper};
    return {false, lower, std::min(upper, last_->upper)};
  }

 private:
  std::optional<Value> last_;
};

struct Supertrend {
  explicit Supertrend(std::span<const double> values) : multiplier{values[1]}, ranges{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto range = step(self.range, bar);
    if (!range) return;
    const auto average = step(self.ranges, *range);
    if (!average) return;
    const double middle = (bar.high + bar.low) / 2;
    const double half = self.multiplier * *average;
    const auto trend = step(self.trend, bar.close, middle - half, middle + half);
    out[0] = trend.rising ? trend.lower : trend.upper;
    out[1] = trend.rising ? 1 : -1;
    out[trend.rising ? 2 : 3] = out[0];
  }

  double multiplier;
  TrueRange range;
  Wilder ranges;
  Trend trend;
};

constexpr std::string_view kMultiplierAliases[] = {"factor", "scalar"};
constexpr Parameter kParameters[] = {
    length_parameter(7, 1, "bars of Wilder smoothing of the true range"),
    {.name = "multiplier",
     .aliases = kMultiplierAliases,
     .kind = ParameterKind::Real,
     .default_value = 3,
     .minimum = 0.01,
     .maximum = 100,
     .doc = "average true ranges from the middle of a bar to its bands"},
};
constexpr std::string_view kOutputs[] = {"SUPERT", "SUPERTd", "SUPERTl", "SUPERTs"};

}  // namespace

constexpr Definition kSupertrend{
    .name = "SUPERTREND",
    .title = "Supertrend",
    .description =
        "Bands multiplier average true ranges (Wilder) below and above (high + low) / 2. SUPERTd is the direction, 1 "
        "or -1: it becomes 1 when a bar closes above the upper band of the bar before, -1 when below the lower one, "
        "and "
        "that bar's bands are taken as they are. On any other bar the direction stays and the band of its side does "
        "not fall back: the lower one does not fall in direction 1, the upper one does not rise in -1. SUPERT is the "
        "lower band in direction 1 and the upper one in -1; SUPERTl has it in direction 1 only and SUPERTs in -1 only, "
        "the other one has no value. First values with bar length + 1, in direction 1; without movement all is the "
        "price. pandas-ta weights the ATR without a seed, which differs at the start, and gives a 0 or a direction "
        "before the first band.",
    .source = "pandas-ta 0.3.14b SUPERTREND with the ATR of TA-Lib",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Supertrend>,
};

}  // namespace subd::indicator
