#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

#include "indicator/indicator.hpp"

namespace subd::indicator {

/// The two ways to run a formula's parts: for good, or as if. A formula is written once, against either.
struct Push {
  template <class Part, class... X>
  auto operator()(Part& part, const X&... x) const noexcept {
    return part.push(x...);
  }
};
struct Peek {
  template <class Part, class... X>
  auto operator()(const Part& part, const X&... x) const noexcept {
    return part.peek(x...);
  }
};

/// Makes an Indicator of a formula, which is a struct of parts with
///
///   explicit Formula(std::span<const double> values);
///   static void evaluate(auto& self, auto step, const market::Bar& bar, std::span<double> out) noexcept;
///
/// evaluate touches its parts only through step(part, x), each at most once, so that peek cannot differ from commit.
/// `out` arrives filled with NaN; evaluate writes what it has, and an overflow to infinity becomes "no value" here.
template <class Formula>
class Stepped final : public Indicator {
 public:
  explicit Stepped(std::span<const double> values) : formula_{values} {}

  void commit(const market::Bar& bar, std::span<double> out) noexcept override { run(formula_, Push{}, bar, out); }
  void peek(const market::Bar& bar, std::span<double> out) const noexcept override { run(formula_, Peek{}, bar, out); }

 private:
  template <class Self, class Step>
  static void run(Self& formula, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    std::fill(out.begin(), out.end(), kNone);
    Formula::evaluate(formula, step, bar, out);
    for (double& value : out) {
      if (!std::isfinite(value)) value = kNone;
    }
  }

  Formula formula_;
};

template <class Formula>
std::unique_ptr<Indicator> make_stepped(std::span<const double> values) {
  return std::make_unique<Stepped<Formula>>(values);
}

}  // namespace subd::indicator
