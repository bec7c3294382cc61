#pragma once

#include <cstdint>

#include "market/instrument.hpp"

namespace subd::market {

enum class PricingModel : std::uint8_t {
  Black76,             ///< the underlying is a forward or future of the option's expiry
  BlackScholesMerton,  ///< the underlying is the spot, which pays a continuous dividend
};

/// `black76`, `bsm`.
[[nodiscard]] constexpr const char* pricing_model_name(PricingModel model) noexcept {
  return model == PricingModel::Black76 ? "black76" : "bsm";
}

/// What makes the price of a European option, besides its volatility.
struct OptionTerms {
  PricingModel model = PricingModel::Black76;
  InstrumentType type = InstrumentType::Call;  ///< Call or Put
  double underlying = 0;                       ///< its price: a forward (Black76) or the spot; > 0
  double strike = 0;                           ///< > 0
  double years = 0;                            ///< to expiry; 0 or less: expired
  double rate = 0;                             ///< per year, continuously compounded, 0.065 = 6.5 %
  double dividend = 0;                         ///< yield like `rate`; BlackScholesMerton only

  /// What the underlying is worth at expiry: `underlying` itself in Black76.
  [[nodiscard]] double forward() const noexcept;

  friend bool operator==(const OptionTerms&, const OptionTerms&) = default;
};

/// Price and sensitivities in plain units of the model; a display scales them.
struct OptionValue {
  double price = 0;
  double delta = 0;  ///< by 1 of `underlying`
  double gamma = 0;  ///< of delta by 1 of `underlying`
  double theta = 0;  ///< by one year that passes
  double vega = 0;   ///< by 1.00 of volatility
  double rho = 0;    ///< by 1.00 of `rate`; Black76 holds the forward fixed, so it is -years * price
};

/// option_value(terms, volatility).price alone, at about a third of its cost. REQUIRES: as option_value.
[[nodiscard]] double option_price(const OptionTerms& terms, double volatility) noexcept;

/// Values an option at `volatility` (per root of a year, 0.13 = 13 %).
///
/// Price: absolute error within a few rounding errors of the forward, and relative within about 1e-12 out of the money:
/// it is the intrinsic value plus normalised_black, call and put alike, so nothing cancels.
/// Limits: without volatility or time the price is the (discounted) intrinsic value, delta 1, 0 or, at the money, 1/2
/// of the discount (negative for a put), gamma and vega 0; an expired option has no theta or rho either.
/// REQUIRES: finite terms, underlying and strike > 0, volatility >= 0. Never NaN then.
[[nodiscard]] OptionValue option_value(const OptionTerms& terms, double volatility) noexcept;

}  // namespace subd::market
