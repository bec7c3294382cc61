#include "market/normalised_black.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace subd::market {
namespace {

using std::numbers::inv_sqrtpi;
using std::numbers::sqrt2;

constexpr double kSqrtHalfPi = 1.25331413731550025121;

/// Cody's three ranges: numerator and denominator of the rational function of each.
constexpr double kNearZero = 0.46875;
constexpr double kFar = 4;
constexpr std::array<double, 5> kErfTop{1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2,
                                        3.77485237685302021e2, 3.20937758913846947e3};
constexpr std::array<double, 5> kErfBottom{1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
                                           2.84423683343917062e3};
constexpr std::array<double, 9> kMiddleTop{2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594,
                                           6.61191906371416295e1,  2.98635138197400131e2,  8.81952221241769090e2,
                                           1.71204761263407058e3,  2.05107837782607147e3,  1.23033935479799725e3};
constexpr std::array<double, 9> kMiddleBottom{1,
                                              1.57449261107098347e1,
                                              1.17693950891312499e2,
                                              5.37181101862009858e2,
                                              1.62138957456669019e3,
                                              3.29079923573345963e3,
                                              4.36261909014324716e3,
                                              3.43936767414372164e3,
                                              1.23033935480374942e3};
constexpr std::array<double, 6> kFarTop{1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
                                        1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4};
constexpr std::array<double, 6> kFarBottom{1,
                                           2.56852019228982242,
                                           1.87295284992346047,
                                           5.27905102951428412e-1,
                                           6.05183413124413191e-2,
                                           2.33520497626869185e-3};

/// Highest power first.
template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) noexcept {
  double sum = coefficients[0];
  for (std::size_t i = 1; i < N; ++i) sum = sum * x + coefficients[i];
  return sum;
}

/// REQUIRES: x >= kNearZero.
double positive_scaled_erfc(double x) noexcept {
  if (x <= kFar) return polynomial(kMiddleTop, x) / polynomial(kMiddleBottom, x);
  const double y = 1 / (x * x);
  return (inv_sqrtpi - y * polynomial(kFarTop, y) / polynomial(kFarBottom, y)) / x;
}

/// N(z) over its density; Mills' ratio of -z.
double mills(double z) noexcept {
  return kSqrtHalfPi * scaled_erfc(-z / sqrt2);
}

/// Beyond, the series below needs more than a handful of terms.
constexpr double kSmallHalfWidth = 0.2;
/// Beyond, the difference of two Mills' ratios keeps enough digits by itself.
constexpr double kSmallMoneyness = 1;
/// d1 from which on N itself has no small tail to lose.
constexpr double kCdfFrom = 0.85;

/// n! / (n + 2)! for n = 1, 3, .. 15: a division for each term would cost more than all the rest.
constexpr std::array<double, 8> kFactorialSteps{1.0 / 6,   1.0 / 20,  1.0 / 42,  1.0 / 72,
                                                1.0 / 110, 1.0 / 156, 1.0 / 210, 1.0 / 272};

/// mills(h + t) - mills(h - t) as a Taylor series about h: the difference itself would cancel. The derivatives of
/// Mills' ratio follow Y[n+1] = h Y[n] + n Y[n-1] and are positive. REQUIRES: h <= 0, 0 < t <= kSmallHalfWidth.
double mills_difference(double h, double t) noexcept {
  const double square = t * t;
  double even = mills(h);
  double odd = 1 + h * even;
  double factor = 2 * t;
  double sum = factor * odd;
  double n = 1;
  for (const double step : kFactorialSteps) {
    even = h * odd + n * even;
    odd = h * even + (n + 1) * odd;
    factor *= square * step;
    const double term = factor * odd;
    sum += term;
    if (std::abs(term) <= std::numeric_limits<double>::epsilon() / 4 * sum) break;
    n += 2;
  }
  return sum;
}

}  // namespace

double normal_cdf(double x) noexcept {
  return 0.5 * std::erfc(-x / sqrt2);
}

double scaled_erfc(double x) noexcept {
  if (x >= kNearZero) return positive_scaled_erfc(x);
  const double square = x * x;
  if (x <= -kNearZero) return 2 * std::exp(square) - positive_scaled_erfc(-x);
  return std::exp(square) * (1 - x * polynomial(kErfTop, square) / polynomial(kErfBottom, square));
}

double normalised_vega(double x, double s) noexcept {
  const double h = x / s;
  const double t = s / 2;
  return kInvSqrtTwoPi * std::exp(-(h * h + t * t) / 2);
}

double normalised_black(double x, double s) noexcept {
  if (s <= 0) return 0;
  const double h = x / s;
  const double t = s / 2;
  double value = 0;
  if (t <= kSmallHalfWidth && -x <= kSmallMoneyness) {
    value = normalised_vega(x, s) * mills_difference(h, t);
  } else if (h + t > kCdfFrom) {
    value = std::exp(x / 2) * normal_cdf(h + t) - std::exp(-x / 2) * normal_cdf(h - t);
  } else {
    value = normalised_vega(x, s) * (mills(h + t) - mills(h - t));
  }
  // What rounding makes of a value that is next to nothing.
  return std::max(0.0, value);
}

}  // namespace subd::market
