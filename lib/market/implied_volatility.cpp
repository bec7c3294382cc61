#include "market/implied_volatility.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "market/normalised_black.hpp"

namespace subd::market {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

/// Convergence is of fourth order: after a step this small nothing is left to correct.
constexpr double kLastStep = 1e-5;
/// Three or four do; bisection takes over where a step would leave its bracket.
constexpr int kMaxSteps = 64;

/// What is solved for s is g(b(x, s)) = g(target). These are the step of g to its target and the ratios of its higher
/// derivatives to the first, by s as if b were linear in it; b and the vega themselves may be close to the smallest
/// number there is, their ratio is not.
struct Objective {
  double newton = 0;
  double second = 0;
  double third = 0;
};

/// g = 1 / log b: close to linear in s while b is all tail.
Objective inverse_log(double b, double vega, double target) noexcept {
  const double log_b = std::log(b);
  const double log_target = std::log(target);
  const double slope = vega / b;
  return {std::log(target / b) * log_b / log_target / slope, -(1 + 2 / log_b) * slope,
          (2 + 6 / log_b + 6 / (log_b * log_b)) * slope * slope};
}

/// g = b itself, about its inflection.
Objective plain(double b, double vega, double target) noexcept {
  return {(target - b) / vega, 0, 0};
}

/// g = log(limit - b): close to linear where b approaches its limit.
Objective log_of_rest(double b, double vega, double target, double limit) noexcept {
  const double slope = vega / (limit - b);
  return {-std::log((limit - target) / (limit - b)) / slope, slope, 2 * slope * slope};
}

enum class Region : std::uint8_t { Tail, Middle, Saturated };

/// A region, where to start in it, and between which values of s the answer lies.
struct Start {
  Region region = Region::Middle;
  double s = 0;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
};

/// Where log b = -h^2/2 + log(s^3 / (x^2 sqrt(2 pi))) holds, with h = x/s: solved for s by two substitutions.
double tail_start(double x, double target) noexcept {
  const double twice_log = -2 * std::log(target / kInvSqrtTwoPi);
  double h_squared = std::max(1.0, twice_log);
  for (int i = 0; i < 2; ++i) {
    // s^3 / x^2 = |x| / |h|^3
    h_squared = std::max(1.0, twice_log + 2 * std::log(-x) - 3 * std::log(h_squared));
  }
  return -x / std::sqrt(h_squared);
}

/// The inflection of b(x, .) divides the regions: there s^2 = 2|x|, d1 = 0, the vega is exp(-|x|/2) / sqrt(2 pi), its
/// derivative 0 and its second derivative minus itself.
Start start_of(double x, double target, double limit) noexcept {
  const double s = std::sqrt(-2 * x);
  const double vega = kInvSqrtTwoPi * limit;
  const double b = limit / 2 * (1 - scaled_erfc(s / std::numbers::sqrt2));
  // In units of s along the tangent.
  const double distance = (target - b) / vega;
  if (distance < 0) {
    // The tangent meets 0 here; the lower half of the way to it belongs to the tail.
    if (target < b / 2) return {Region::Tail, std::min(tail_start(x, target), s), 0, s};
    return {Region::Middle, s + distance, 0, s};
  }
  const double curved = s + distance * (1 + distance * distance / 6);
  if (limit - target < (limit - b) / 2) return {Region::Saturated, curved, s};
  return {Region::Middle, curved, s};
}

/// s with b(x, s) = target. REQUIRES: x <= 0, 0 < target < limit = exp(x/2).
double solve(double x, double target, double limit) noexcept {
  auto [region, s, low, high] = start_of(x, target, limit);
  for (int i = 0; i < kMaxSteps; ++i) {
    const double b = normalised_black(x, s);
    (b < target ? low : high) = s;
    const double vega = normalised_vega(x, s);
    double next = s;
    if (b > 0 && b < limit && vega > 0) {
      const Objective g = region == Region::Tail     ? inverse_log(b, vega, target)
                          : region == Region::Middle ? plain(b, vega, target)
                                                     : log_of_rest(b, vega, target, limit);
      // vega' / vega and vega'' / vega, then those of g(b(s)).
      const double ratio = x * x / (s * s * s) - s / 4;
      const double ratio_next = ratio * ratio - 3 * x * x / (s * s * s * s) - 0.25;
      const double second = g.second + ratio;
      const double third = g.third + 3 * g.second * ratio + ratio_next;
      const double step = g.newton * (1 + g.newton * second / 2) / (1 + g.newton * (second + g.newton * third / 6));
      next = s + step;
      if (std::abs(step) <= kLastStep * s) return next;
    }
    // A step out of the bracket, or none at all.
    if (!(next > low && next < high) || next == s) next = std::isinf(high) ? 2 * s : (low + high) / 2;
    if (std::abs(next - s) <= kEpsilon * s) return next;
    s = next;
  }
  return s;
}

}  // namespace

std::optional<double> implied_volatility(const OptionTerms& terms, double price) noexcept {
  const double years = std::max(0.0, terms.years);
  const double sign = terms.type == InstrumentType::Call ? 1 : -1;
  const double forward = terms.forward();
  const double strike = terms.strike;
  const bool sensible = std::isfinite(forward) && forward > 0 && std::isfinite(strike) && strike > 0 &&
                        std::isfinite(years) && std::isfinite(terms.rate) && std::isfinite(price) && price >= 0;
  if (!sensible) return std::nullopt;

  const double undiscounted = price * std::exp(terms.rate * years);
  const double intrinsic = std::max(0.0, sign * (forward - strike));
  const double time_value = undiscounted - intrinsic;
  // In the money the difference carries the rounding of both; less than that is nothing.
  if (time_value <= 4 * kEpsilon * intrinsic) return 0.0;
  const double most = terms.type == InstrumentType::Call ? forward : strike;
  if (years <= 0 || undiscounted >= most) return std::nullopt;

  const double x = -std::abs(std::log1p((forward - strike) / strike));
  const double limit = std::exp(x / 2);
  const double target = time_value / std::sqrt(forward * strike);
  if (!(target < limit)) return std::nullopt;
  if (target < std::numeric_limits<double>::min()) return 0.0;
  return solve(x, target, limit) / std::sqrt(years);
}

}  // namespace subd::market
