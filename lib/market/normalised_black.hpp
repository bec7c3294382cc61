#pragma once

/// Black's formula without its units, and the functions it is made of. Pure; no errors; any thread.
namespace subd::market {

inline constexpr double kInvSqrtTwoPi = 0.39894228040143267794;

/// The normal distribution up to `x`.
[[nodiscard]] double normal_cdf(double x) noexcept;

/// exp(x^2) erfc(x), which neither underflows nor loses digits where erfc does. Relative error below 1e-15 for
/// x >= -1; overflows to infinity below about -26. After W. J. Cody, "Rational Chebyshev approximations for the error
/// function", Mathematics of Computation 23 (1969).
[[nodiscard]] double scaled_erfc(double x) noexcept;

/// The value of an out-of-the-money option over its discount and over sqrt(forward * strike):
///
///     b(x, s) = exp(x/2) N(x/s + s/2) - exp(-x/2) N(x/s - s/2)
///
/// where x = -|log(forward / strike)| and s = volatility * sqrt(years). From 0 (s = 0) it grows to exp(x/2).
/// Its relative error, over its elasticity to s, stays within a few rounding errors for all x and s, so that s can be
/// had back from it. REQUIRES: x <= 0, s >= 0, both finite.
[[nodiscard]] double normalised_black(double x, double s) noexcept;

/// The derivative of normalised_black by s. REQUIRES: x <= 0, s > 0.
[[nodiscard]] double normalised_vega(double x, double s) noexcept;

}  // namespace subd::market
