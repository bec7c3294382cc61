#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace subd::indicator {

/// Folds the last `length` values with an associative operation, amortised O(1) a value.
///
/// Nothing is ever subtracted, so nothing drifts: the answer depends on the values inside the window alone, and a huge
/// value leaves no rounding error behind when it goes. The window is two runs of values. Of the older one every slot
/// holds the fold from that slot to the run's end; the newer one is folded as it grows and kept slot by slot in the
/// places that the older run has vacated. When the newer run fills the ring it is turned into the older one, one pass
/// from its end, which happens once in `length` values.
///
/// Fold: `using Value`, trivially copyable; `static Value of(double)`; `static Value combine(older, newer)`.
template <class Fold>
class SlidingFold {
 public:
  using Value = typename Fold::Value;

  /// length >= 1.
  explicit SlidingFold(std::size_t length) : slots_(length) {}

  /// The fold over the last `length` values, x included; nullopt while there are fewer.
  std::optional<Value> push(double x) noexcept {
    const Value newest = Fold::of(x);
    recent_ = next_ == 0 ? newest : Fold::combine(recent_, newest);
    slots_[next_++] = newest;
    if (next_ < slots_.size()) {
      if (!full_) return std::nullopt;
      return Fold::combine(slots_[next_], recent_);
    }
    for (std::size_t i = slots_.size() - 1; i-- > 0;) slots_[i] = Fold::combine(slots_[i], slots_[i + 1]);
    next_ = 0;
    full_ = true;
    return recent_;
  }

  /// What push(x) would return.
  [[nodiscard]] std::optional<Value> peek(double x) const noexcept {
    const Value newest = Fold::of(x);
    const Value recent = next_ == 0 ? newest : Fold::combine(recent_, newest);
    if (next_ + 1 == slots_.size()) return recent;
    if (!full_) return std::nullopt;
    return Fold::combine(slots_[next_ + 1], recent);
  }

 private:
  std::vector<Value> slots_;
  Value recent_{};
  /// Slots [0, next_) belong to the newer run.
  std::size_t next_ = 0;
  bool full_ = false;
};

struct Sum {
  using Value = double;
  static Value of(double x) noexcept { return x; }
  static Value combine(Value older, Value newer) noexcept { return older + newer; }
};

struct Lowest {
  using Value = double;
  static Value of(double x) noexcept { return x; }
  static Value combine(Value older, Value newer) noexcept { return std::min(older, newer); }
};

struct Highest {
  using Value = double;
  static Value of(double x) noexcept { return x; }
  static Value combine(Value older, Value newer) noexcept { return std::max(older, newer); }
};

/// Sum and linearly weighted sum: the oldest value weighs 1, the newest `count`.
struct WeightedSum {
  struct Value {
    double count = 0;
    double sum = 0;
    double weighted = 0;
  };
  static Value of(double x) noexcept { return {1, x, x}; }
  static Value combine(const Value& older, const Value& newer) noexcept {
    return {older.count + newer.count, older.sum + newer.sum,
            older.weighted + newer.weighted + older.count * newer.sum};
  }
};

/// Mean and sum of squared deviations, merged pairwise: no difference of large squares. The mean carries along what its
/// rounding cut off, so prices of 1e5 that move by 1e-4 keep the digits of their deviation; equal values have none at
/// all.
struct Moments {
  struct Value {
    /// Values in it, or their weight where they are weighted; more than 0.
    double count = 0;
    double mean = 0;
    /// mean + mean_rest is the mean to about twice the digits of a double.
    double mean_rest = 0;
    double squares = 0;

    [[nodiscard]] double population_deviation() const noexcept { return std::sqrt(squares / count); }
    /// Where `count` counts values; more than one.
    [[nodiscard]] double sample_deviation() const noexcept { return std::sqrt(squares / (count - 1)); }
    [[nodiscard]] double above_mean(double x) const noexcept { return (x - mean) - mean_rest; }
  };
  static Value of(double x) noexcept { return {1, x, 0, 0}; }
  static Value combine(const Value& older, const Value& newer) noexcept {
    const double count = older.count + newer.count;
    const double share = newer.count / count;
    const double apart = (newer.mean - older.mean) + (newer.mean_rest - older.mean_rest);
    const double step = apart * share + older.mean_rest;
    const double mean = older.mean + step;
    // What the last addition lost, exactly.
    const double kept = mean - older.mean;
    const double rest = (older.mean - (mean - kept)) + (step - kept);
    return {count, mean, rest, older.squares + newer.squares + apart * apart * older.count * share};
  }
};

}  // namespace subd::indicator
