#include <algorithm>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// The stop that follows a trend: it closes in on the trend's extreme, faster with each new one, and when a bar reaches
/// it the trend has turned.
class ParabolicStop {
 public:
  ParabolicStop(double step, double limit) noexcept : step_{std::min(step, limit)}, limit_{limit} {}

  /// nullopt for the first bar.
  std::optional<double> push(const market::Bar& bar) noexcept {
    std::optional<double> stop;
    if (bars_ > 0) {
      if (bars_ == 1) start(bar);
      stop = rising_ ? follow_rise(bar) : follow_fall(bar);
    }
    high_ = bar.high;
    low_ = bar.low;
    bars_ = std::min(bars_ + 1, 2);
    return stop;
  }

  [[nodiscard]] std::optional<double> peek(const market::Bar& bar) const noexcept {
    return ParabolicStop{*this}.push(bar);
  }

 private:
  /// The first direction is that of the larger move, up when there is none.
  void start(const market::Bar& bar) noexcept {
    const double down = low_ - bar.low;
    rising_ = !(down > 0 && down > bar.high - high_);
    extreme_ = rising_ ? bar.high : bar.low;
    stop_ = rising_ ? low_ : high_;
    acceleration_ = step_;
    // TA-Lib bounds the first stop by this bar alone.
    high_ = bar.high;
    low_ = bar.low;
  }

  double follow_rise(const market::Bar& bar) noexcept {
    if (bar.low <= stop_) {
      rising_ = false;
      return turn(above(bar, extreme_), bar.low, bar);
    }
    const double stop = stop_;
    if (bar.high > extreme_) accelerate(bar.high);
    stop_ = below(bar, closer());
    return stop;
  }

  double follow_fall(const market::Bar& bar) noexcept {
    if (bar.high >= stop_) {
      rising_ = true;
      return turn(below(bar, extreme_), bar.high, bar);
    }
    const double stop = stop_;
    if (bar.low < extreme_) accelerate(bar.low);
    stop_ = above(bar, closer());
    return stop;
  }

  /// Starts the trend that rising_ says, from the extreme of the one that has ended.
  double turn(double stop, double extreme, const market::Bar& bar) noexcept {
    stop_ = stop;
    extreme_ = extreme;
    acceleration_ = step_;
    stop_ = rising_ ? below(bar, closer()) : above(bar, closer());
    return stop;
  }

  void accelerate(double extreme) noexcept {
    extreme_ = extreme;
    acceleration_ = std::min(acceleration_ + step_, limit_);
  }

  [[nodiscard]] double closer() const noexcept { return stop_ + acceleration_ * (extreme_ - stop_); }

  /// A stop never stands inside this bar or the one before.
  [[nodiscard]] double below(const market::Bar& bar, double stop) const noexcept {
    return std::min({stop, low_, bar.low});
  }
  [[nodiscard]] double above(const market::Bar& bar, double stop) const noexcept {
    return std::max({stop, high_, bar.high});
  }

  double step_;
  double limit_;
  /// Bars taken in, counted to two.
  int bars_ = 0;
  bool rising_ = true;
  /// Of the bar before.
  double high_ = 0;
  double low_ = 0;
  /// For the bar to come.
  double stop_ = 0;
  double extreme_ = 0;
  double acceleration_ = 0;
};

struct Psar {
  explicit Psar(std::span<const double> values) : stop{values[0], values[1]} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto stop = step(self.stop, bar)) out[0] = *stop;
  }

  ParabolicStop stop;
};

constexpr std::string_view kAfAliases[] = {"acceleration"};
constexpr std::string_view kMaxAfAliases[] = {"maximum"};
constexpr Parameter kParameters[] = {
    {.name = "af",
     .aliases = kAfAliases,
     .kind = ParameterKind::Real,
     .default_value = 0.02,
     .minimum = 0.0001,
     .maximum = 1,
     .doc = "share of the way to the extreme that the stop goes each bar, and what each new extreme adds to it"},
    {.name = "max_af",
     .aliases = kMaxAfAliases,
     .kind = ParameterKind::Real,
     .default_value = 0.2,
     .minimum = 0.0001,
     .maximum = 1,
     .doc = "largest such share; an af above it counts as this"},
};
constexpr std::string_view kOutputs[] = {"PSAR"};

}  // namespace

constexpr Definition kPsar{
    .name = "PSAR",
    .title = "Parabolic stop and reverse",
    .description =
        "Stop that trails a trend, below rising prices and above falling ones; a bar that reaches it turns the trend "
        "and starts the new stop at the extreme of the old trend. The first direction is that of the larger move from "
        "the first bar to the second, up when they are equal; pandas-ta's default looks at later bars for it. The "
        "price while nothing moves.",
    .source = "TA-Lib 0.6 SAR",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double>) { return std::size_t{2}; },
    .make = make_stepped<Psar>,
};

}  // namespace subd::indicator
