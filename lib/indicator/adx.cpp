#include <cmath>
#include <cstddef>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"
#include "indicator/true_range.hpp"

namespace subd::indicator {
namespace {

/// Wilder's running sum: the first length - 1 values added up; from then on 1 / length of it goes as each value comes.
class WilderSum {
 public:
  /// length >= 2.
  explicit WilderSum(std::size_t length) noexcept : length_{static_cast<double>(length)} {}

  /// nullopt for the first length - 1 values.
  std::optional<double> push(double x) noexcept {
    if (added_ + 1 < length_) {
      ++added_;
      sum_ += x;
      return std::nullopt;
    }
    sum_ += x - sum_ / length_;
    return sum_;
  }

  [[nodiscard]] std::optional<double> peek(double x) const noexcept { return WilderSum{*this}.push(x); }

 private:
  double length_;
  double added_ = 0;
  double sum_ = 0;
};

/// Wilder's average of values that can be missing: such a one counts as 0 in the seed, and after it changes nothing.
class PatientAverage {
 public:
  /// length >= 1.
  explicit PatientAverage(std::size_t length) noexcept : average_{length} {}

  /// nullopt while the seed is incomplete.
  std::optional<double> push(const std::optional<double>& x) noexcept {
    if (x || !last_) last_ = average_.push(x.value_or(0));
    return last_;
  }

  [[nodiscard]] std::optional<double> peek(const std::optional<double>& x) const noexcept {
    return PatientAverage{*this}.push(x);
  }

 private:
  Wilder average_;
  std::optional<double> last_;
};

double percent_of_range(double movement, double range) noexcept {
  return range < kNoMovement ? 0.0 : movement / range * 100;
}

struct Adx {
  explicit Adx(std::span<const double> values)
      : plus{bar_count(values[0])},
        minus{bar_count(values[0])},
        ranges{bar_count(values[0])},
        average{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto high = step(self.high, bar.high);
    const auto low = step(self.low, bar.low);
    const auto range = step(self.range, bar);
    if (!high || !low || !range) return;
    const double up = bar.high - *high;
    const double down = *low - bar.low;
    const auto plus = step(self.plus, up > 0 && up > down ? up : 0.0);
    const auto minus = step(self.minus, down > 0 && down > up ? down : 0.0);
    const auto ranges = step(self.ranges, *range);
    if (!plus || !minus || !ranges) return;

    const double dmp = percent_of_range(*plus, *ranges);
    const double dmn = percent_of_range(*minus, *ranges);
    out[1] = dmp;
    out[2] = dmn;
    const double both = dmp + dmn;
    const auto index = both < kNoMovement ? std::nullopt : std::optional{std::abs(dmp - dmn) / both * 100};
    if (const auto average = step(self.average, index)) out[0] = *average;
  }

  Previous high;
  Previous low;
  TrueRange range;
  WilderSum plus;
  WilderSum minus;
  WilderSum ranges;
  PatientAverage average;
};

constexpr Parameter kParameters[] = {length_parameter(14, 2, "bars of Wilder smoothing")};
constexpr std::string_view kOutputs[] = {"ADX", "DMP", "DMN"};

}  // namespace

constexpr Definition kAdx{
    .name = "ADX",
    .title = "Average directional index",
    .description =
        "DMP and DMN: how far highs have risen and lows have fallen from bar to bar, in percent of the true range, all "
        "three in Wilder's sums; ADX: Wilder's average of their difference in percent of their sum. DMP and DMN start "
        "with bar length + 1, ADX with bar 2 length. Without any range DMP and DMN are 0; where both are 0, ADX stays "
        "as it was, 0 from the start.",
    .source = "TA-Lib 0.6 ADX, PLUS_DI and MINUS_DI",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return 2 * bar_count(values[0]); },
    .make = make_stepped<Adx>,
};

}  // namespace subd::indicator
