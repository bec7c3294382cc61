#pragma once

#include <cstddef>
#include <optional>

#include "indicator/definition.hpp"
#include "indicator/lag.hpp"
#include "indicator/smoothing.hpp"

namespace subd::indicator {

/// The share of gains in all movement of a price, both in Wilder's average: 0 to 1, and 0 when nothing moves.
///
/// A price that stays where it was scales both averages alike, so the share is then kept to the last bit: rounding
/// alone never moves it, which a stochastic of it would blow up to its full range.
class RelativeStrength {
 public:
  /// length >= 1.
  explicit RelativeStrength(std::size_t length) noexcept : gains_{length}, losses_{length} {}

  /// nullopt for the first `length` prices.
  std::optional<double> push(double price) noexcept {
    const auto before = price_.push(price);
    if (!before) return std::nullopt;
    const double change = price - *before;
    const auto gain = gains_.push(change > 0 ? change : 0.0);
    const auto loss = losses_.push(change < 0 ? -change : 0.0);
    if (!gain || !loss) return std::nullopt;
    const double movement = *gain + *loss;
    if (movement < kNoMovement) {
      share_ = 0;
    } else if (change != 0 || !share_) {
      share_ = *gain / movement;
    }
    return share_;
  }

  [[nodiscard]] std::optional<double> peek(double price) const noexcept { return RelativeStrength{*this}.push(price); }

 private:
  Previous price_;
  Wilder gains_;
  Wilder losses_;
  std::optional<double> share_;
};

}  // namespace subd::indicator
