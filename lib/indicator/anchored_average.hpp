#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "indicator/definition.hpp"
#include "indicator/sliding_fold.hpp"
#include "market/bar.hpp"

namespace subd::indicator {

/// When an anchored value starts anew: with each trading day, ISO week or month.
enum class Anchor : std::uint8_t { Day, Week, Month };

/// A number that is the same for exactly the days that share an anchor.
inline std::int64_t period_of(Anchor anchor, market::TradingDay day) noexcept {
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

/// The typical price, (high + low + close) / 3, weighted by volume since the anchor: its mean and its deviation from
/// that mean. Each bar is merged as Moments of its volume, so that no large sums are kept and none are subtracted; one
/// price alone is that price exactly.
class AnchoredAverage {
 public:
  explicit AnchoredAverage(Anchor anchor) noexcept : anchor_{anchor} {}

  /// nullopt until something has traded since the anchor.
  std::optional<Moments::Value> push(const market::Bar& bar) noexcept {
    const std::int64_t period = period_of(anchor_, bar.trading_day);
    if (period != period_) {
      period_ = period;
      traded_.reset();
    }
    if (bar.volume > 0) {
      const Moments::Value newest = moments_of(bar);
      traded_ = traded_ ? Moments::combine(*traded_, newest) : newest;
    }
    return traded_;
  }

  [[nodiscard]] std::optional<Moments::Value> peek(const market::Bar& bar) const noexcept {
    return AnchoredAverage{*this}.push(bar);
  }

 private:
  static Moments::Value moments_of(const market::Bar& bar) noexcept {
    // From the close, because the small differences are exact where a sum of three prices is not.
    const double above_close = ((bar.high - bar.close) + (bar.low - bar.close)) / 3;
    const double typical = bar.close + above_close;
    return {bar.volume, typical, above_close - (typical - bar.close), 0};
  }

  Anchor anchor_;
  std::optional<std::int64_t> period_;
  /// Weighted by volume: `count` is the volume since the anchor.
  std::optional<Moments::Value> traded_;
};

/// In the order of Anchor.
inline constexpr std::string_view kAnchors[] = {"D", "W", "M"};

/// The parameter whose value is an Anchor.
constexpr Parameter anchor_parameter() noexcept {
  return {.name = "anchor",
          .kind = ParameterKind::Choice,
          .default_value = 0,
          .minimum = 0,
          .maximum = 2,
          .choices = kAnchors,
          .doc = "starts anew with each trading day (D), ISO week (W) or month (M)"};
}

}  // namespace subd::indicator
