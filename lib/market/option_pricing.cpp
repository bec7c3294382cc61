#include "market/option_pricing.hpp"

#include <algorithm>
#include <cmath>

#include "market/normalised_black.hpp"

namespace subd::market {

double OptionTerms::forward() const noexcept {
  if (model == PricingModel::Black76 || years <= 0) return underlying;
  return underlying * std::exp((rate - dividend) * years);
}

double option_price(const OptionTerms& terms, double volatility) noexcept {
  const double years = std::max(0.0, terms.years);
  const double sign = terms.type == InstrumentType::Call ? 1 : -1;
  const double forward = terms.forward();
  const double intrinsic = std::max(0.0, sign * (forward - terms.strike));
  const double x = std::log1p((forward - terms.strike) / terms.strike);
  const double time_value =
      std::sqrt(forward * terms.strike) * normalised_black(-std::abs(x), volatility * std::sqrt(years));
  return std::exp(-terms.rate * years) * (intrinsic + time_value);
}

OptionValue option_value(const OptionTerms& terms, double volatility) noexcept {
  const double years = std::max(0.0, terms.years);
  const double sign = terms.type == InstrumentType::Call ? 1 : -1;
  const double forward = terms.forward();
  const double strike = terms.strike;
  const double discount = std::exp(-terms.rate * years);
  const double root = std::sqrt(years);
  const double s = volatility * root;
  const double x = std::log1p((forward - strike) / strike);

  // N(sign * d1), N(sign * d2) and the density at d1, at their limits where nothing can happen any more.
  double first = x == 0 ? 0.5 : (sign * x > 0 ? 1.0 : 0.0);
  double second = first;
  double density = 0;
  if (s > 0) {
    const double d1 = x / s + s / 2;
    first = normal_cdf(sign * d1);
    second = normal_cdf(sign * (d1 - s));
    density = kInvSqrtTwoPi * std::exp(-d1 * d1 / 2);
  }

  OptionValue value;
  value.price = option_price(terms, volatility);
  value.vega = discount * forward * density * root;
  const double decay = root > 0 ? value.vega * volatility / (2 * years) : 0;
  if (terms.model == PricingModel::Black76) {
    value.delta = sign * discount * first;
    value.gamma = density > 0 ? discount * density / (forward * s) : 0;
    value.theta = years > 0 ? terms.rate * value.price - decay : 0;
    value.rho = -years * value.price;
    return value;
  }
  const double yield = std::exp(-terms.dividend * years);
  const double strike_part = sign * strike * discount * second;
  value.delta = sign * yield * first;
  value.gamma = density > 0 ? yield * density / (terms.underlying * s) : 0;
  value.theta = years > 0 ? terms.dividend * terms.underlying * value.delta - terms.rate * strike_part - decay : 0;
  value.rho = years * strike_part;
  return value;
}

}  // namespace subd::market
