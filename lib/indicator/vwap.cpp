#include <chrono>
#include <cstdint>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

enum class Anchor : std::uint8_t { Day, Week, Month };

/// A number that is the same for exactly the days that share an average.
std::int64_t period_of(Anchor anchor, market::TradingDay day) noexcept {
  const std::int64_t days = day.time_since_epoch().count();
  switch (anchor) {
    case Anchor::Day:
      return days;
    case Anchor::Week: {
      // 1969-12-29 was a Monday, three days before day 0.
      const std::int64_t since_monday = days + 3;
      return since_monday >= 0 ? since_monday / 7 : (since_monday - 6) / 7;
    }
    case Anchor::Month: {
      const std::chrono::year_month_day date{day};
      return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month());
    }
  }
  return days;
}

/// Mean price by volume since the anchor; kept as a running mean, so that one price alone is that price exactly.
class AnchoredAverage {
 public:
  explicit AnchoredAverage(Anchor anchor) noexcept : anchor_{anchor} {}

  std::optional<double> push(const market::Bar& bar) noexcept {
    const std::int64_t period = period_of(anchor_, bar.trading_day);
    if (period != period_) {
      period_ = period;
      volume_ = 0;
      mean_ = 0;
    }
    if (bar.volume > 0) {
      volume_ += bar.volume;
      const double typical = (bar.high + bar.low + bar.close) / 3;
      mean_ += (typical - mean_) * (bar.volume / volume_);
    }
    if (volume_ > 0) return mean_;
    return std::nullopt;
  }

  [[nodiscard]] std::optional<double> peek(const market::Bar& bar) const noexcept {
    return AnchoredAverage{*this}.push(bar);
  }

 private:
  Anchor anchor_;
  std::optional<std::int64_t> period_;
  double volume_ = 0;
  double mean_ = 0;
};

struct Vwap {
  explicit Vwap(std::span<const double> values) : average{static_cast<Anchor>(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto average = step(self.average, bar)) out[0] = *average;
  }

  AnchoredAverage average;
};

/// In the order of Anchor.
constexpr std::string_view kAnchors[] = {"D", "W", "M"};
constexpr Parameter kParameters[] = {
    {.name = "anchor",
     .kind = ParameterKind::Choice,
     .default_value = 0,
     .minimum = 0,
     .maximum = 2,
     .choices = kAnchors,
     .doc = "starts anew with each trading day (D), ISO week (W) or month (M)"},
};
constexpr std::string_view kOutputs[] = {"VWAP"};

}  // namespace

constexpr Definition kVwap{
    .name = "VWAP",
    .title = "Volume-weighted average price",
    .description =
        "Mean of (high + low + close) / 3 weighted by volume since the anchor. No value until something has "
        "traded since the anchor, so an index without volume never has one.",
    .source = "pandas-ta VWAP",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double>) { return std::size_t{1}; },
    .make = make_stepped<Vwap>,
};

}  // namespace subd::indicator
