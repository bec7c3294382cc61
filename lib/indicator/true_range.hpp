#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "market/bar.hpp"

namespace subd::indicator {

/// The range of a bar, widened to the close of the bar before.
class TrueRange {
 public:
  /// nullopt for the first bar, which has none before it.
  std::optional<double> push(const market::Bar& bar) noexcept {
    const std::optional<double> range = peek(bar);
    close_ = bar.close;
    return range;
  }

  [[nodiscard]] std::optional<double> peek(const market::Bar& bar) const noexcept {
    if (!close_) return std::nullopt;
    return std::max({bar.high - bar.low, std::abs(bar.high - *close_), std::abs(bar.low - *close_)});
  }

 private:
  std::optional<double> close_;
};

}  // namespace subd::indicator
