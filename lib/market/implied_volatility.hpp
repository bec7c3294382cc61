#pragma once

#include <optional>

#include "market/option_pricing.hpp"

namespace subd::market {

/// The volatility at which option_value(terms, volatility).price is `price`.
///
///   0        the price has no time value: it is at or below the discounted intrinsic value
///   nullopt  no volatility gives it: at or above what the option can be worth at all (the discounted forward for a
///            call, the discounted strike for a put), a time value after expiry, a price below 0, or terms that
///            option_value does not take
///
/// Otherwise the answer is good to a few rounding errors of `price` over vega, which is all that the price says: in the
/// money the time value is a difference, and what it has lost cannot come back. Never NaN.
///
/// After P. Jaeckel, "Let's Be Rational" (Wilmott, January 2015): the out-of-the-money time value is normalised, an
/// objective that is close to linear is chosen by region, and Householder steps of third order end at machine
/// precision, mostly after three.
[[nodiscard]] std::optional<double> implied_volatility(const OptionTerms& terms, double price) noexcept;

}  // namespace subd::market
