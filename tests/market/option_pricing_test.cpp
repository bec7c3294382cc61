#include "market/option_pricing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "market/implied_volatility.hpp"
#include "market/normalised_black.hpp"

namespace subd::market {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

OptionTerms black76(InstrumentType type, double forward, double strike, double years, double rate = 0) {
  return {PricingModel::Black76, type, forward, strike, years, rate, 0};
}

/// Calls `visit(terms, volatility)` over both models, both types and the markets that options are quoted in.
template <class Visit>
void for_each_option(const Visit& visit) {
  for (const PricingModel model : {PricingModel::Black76, PricingModel::BlackScholesMerton}) {
    for (const InstrumentType type : {InstrumentType::Call, InstrumentType::Put}) {
      for (const double moneyness : {0.5, 0.8, 0.95, 0.999, 1.0, 1.001, 1.05, 1.25, 2.0}) {
        for (const double years : {1.0 / 525'600, 1.0 / 365, 0.05, 0.5, 3.0}) {
          for (const double volatility : {0.02, 0.08, 0.13, 0.4, 1.5}) {
            for (const double rate : {0.0, 0.065}) {
              visit(OptionTerms{model, type, 24'500, 24'500 * moneyness, years, rate, 0.012}, volatility);
            }
          }
        }
      }
    }
  }
}

TEST(NormalisedBlack, ScaledErfcIsContinuousWhereItsFormulasMeet) {
  for (const double at : {-0.46875, 0.46875, 4.0}) {
    const double below = scaled_erfc(std::nextafter(at, -10.0));
    EXPECT_NEAR(scaled_erfc(at) / below, 1, 1e-15) << at;
  }
  EXPECT_DOUBLE_EQ(scaled_erfc(0), 1);
  EXPECT_NEAR(scaled_erfc(1), 0.42758357615580700442, 1e-16);
  EXPECT_NEAR(scaled_erfc(-1), 5.0089800807622835, 1e-14);
  EXPECT_NEAR(scaled_erfc(30) / 0.018795888861416750, 1, 1e-14);
}

TEST(NormalisedBlack, GrowsFromNothingToItsLimitAcrossItsFormulas) {
  for (const double x : {0.0, -1e-6, -0.01, -0.3, -0.999, -1.001, -3.0}) {
    EXPECT_EQ(normalised_black(x, 0), 0);
    double last = 0;
    for (double s = 1e-4; s < 40; s *= 1.01) {
      const double value = normalised_black(x, s);
      EXPECT_GE(value, last * (1 - 1e-14)) << x << ' ' << s;
      EXPECT_LE(value, std::exp(x / 2) * (1 + 1e-15)) << x << ' ' << s;
      last = value;
    }
    EXPECT_NEAR(last, std::exp(x / 2), 1e-15);
  }
}

// sqrt(2/pi) * 24500 * 0.2 * 0.5 / 2 and its corrections: the textbook case at the money.
TEST(OptionPricing, AtTheMoneyTheValueIsKnownInClosedForm) {
  const OptionValue value = option_value(black76(InstrumentType::Call, 100, 100, 0.25), 0.2);
  EXPECT_NEAR(value.price, 100 * std::erf(0.05 / std::sqrt(2.0)), 1e-12);
  EXPECT_NEAR(value.delta, 0.5 + 0.5 * std::erf(0.05 / std::sqrt(2.0)), 1e-15);
  const double density = kInvSqrtTwoPi * std::exp(-0.00125);
  EXPECT_NEAR(value.gamma, density / 10, 1e-15);
  EXPECT_NEAR(value.vega, 50 * density, 1e-13);
  EXPECT_NEAR(value.theta, -100 * density * 0.2, 1e-13);  // decay: F n(d1) v / (2 sqrt(T))
  EXPECT_NEAR(value.rho, -0.25 * value.price, 1e-15);
}

// Hull, "Options, Futures and Other Derivatives", example 15.6: S 42, K 40, r 10 %, v 20 %, half a year.
TEST(OptionPricing, TheTextbookStockOption) {
  OptionTerms terms{PricingModel::BlackScholesMerton, InstrumentType::Call, 42, 40, 0.5, 0.1, 0};
  EXPECT_NEAR(option_value(terms, 0.2).price, 4.76, 0.005);
  terms.type = InstrumentType::Put;
  EXPECT_NEAR(option_value(terms, 0.2).price, 0.81, 0.005);
}

TEST(OptionPricing, CallAndPutKeepParityInPriceAndGreeks) {
  for_each_option([](OptionTerms terms, double volatility) {
    const double discount = std::exp(-terms.rate * terms.years);
    terms.type = InstrumentType::Call;
    const OptionValue call = option_value(terms, volatility);
    terms.type = InstrumentType::Put;
    const OptionValue put = option_value(terms, volatility);
    const double forward = terms.forward();
    EXPECT_NEAR(call.price - put.price, discount * (forward - terms.strike), 1e-11);
    EXPECT_NEAR(call.delta - put.delta, discount * forward / terms.underlying, 1e-14);
    EXPECT_NEAR(call.gamma, put.gamma, 1e-15);
    EXPECT_NEAR(call.vega, put.vega, 1e-10);
  });
}

TEST(OptionPricing, GreeksAreTheDerivativesOfThePrice) {
  for_each_option([](const OptionTerms& terms, double volatility) {
    // Over less time than this the price has a kink that no difference quotient can resolve.
    if (terms.years < 0.01 || volatility * std::sqrt(terms.years) < 0.02) return;
    const auto price = [&](double OptionTerms::*what, double by) {
      OptionTerms moved = terms;
      moved.*what += by;
      return option_value(moved, volatility).price;
    };
    const auto slope = [&](double OptionTerms::*what, double by) {
      return (price(what, by) - price(what, -by)) / (2 * by);
    };
    const OptionValue value = option_value(terms, volatility);
    EXPECT_NEAR(value.delta, slope(&OptionTerms::underlying, 0.5), 1e-5);
    const double bend = price(&OptionTerms::underlying, 5) - 2 * value.price + price(&OptionTerms::underlying, -5);
    EXPECT_NEAR(value.gamma, bend / 25, 1e-2 * value.gamma + 1e-9);
    EXPECT_NEAR(value.rho, slope(&OptionTerms::rate, 1e-5), 1e-4 * std::abs(value.rho) + 1e-3);
    EXPECT_NEAR(value.theta, -slope(&OptionTerms::years, 1e-5), 1e-3 * std::abs(value.theta) + 1e-2);
    const double up = option_value(terms, volatility + 1e-5).price;
    const double down = option_value(terms, volatility - 1e-5).price;
    EXPECT_NEAR(value.vega, (up - down) / 2e-5, 1e-4 * value.vega + 1e-3);
  });
}

TEST(OptionPricing, WithoutTimeOrVolatilityItIsWorthWhatItWouldPay) {
  struct Case {
    InstrumentType type;
    double strike;
    double price;
    double delta;
  };
  for (const Case& c : {Case{InstrumentType::Call, 90, 10, 1}, Case{InstrumentType::Call, 110, 0, 0},
                        Case{InstrumentType::Put, 110, 10, -1}, Case{InstrumentType::Put, 90, 0, 0},
                        Case{InstrumentType::Call, 100, 0, 0.5}, Case{InstrumentType::Put, 100, 0, -0.5}}) {
    for (const double years : {-1.0, 0.0}) {
      const OptionValue expired = option_value(black76(c.type, 100, c.strike, years, 0.1), 0.3);
      EXPECT_EQ(expired.price, c.price);
      EXPECT_EQ(expired.delta, c.delta);
      EXPECT_EQ(expired.gamma, 0);
      EXPECT_EQ(expired.theta, 0);
      EXPECT_EQ(expired.vega, 0);
      EXPECT_EQ(expired.rho, 0);
    }
    const OptionValue still = option_value(black76(c.type, 100, c.strike, 1, 0.1), 0);
    const double discount = std::exp(-0.1);
    EXPECT_DOUBLE_EQ(still.price, discount * c.price);
    EXPECT_DOUBLE_EQ(still.delta, discount * c.delta);
    EXPECT_EQ(still.vega, 0);
    EXPECT_DOUBLE_EQ(still.theta, 0.1 * still.price);
  }
}

TEST(OptionPricing, NoGreekIsEverNaN) {
  for (const double strike : {1e-6, 1.0, 1e9}) {
    for (const double years : {-5.0, 0.0, 1e-12, 1.0, 500.0}) {
      for (const double volatility : {0.0, 1e-12, 0.2, 50.0}) {
        for (const PricingModel model : {PricingModel::Black76, PricingModel::BlackScholesMerton}) {
          const OptionValue v =
              option_value({model, InstrumentType::Put, 24'500, strike, years, 0.065, 0.01}, volatility);
          for (const double number : {v.price, v.delta, v.gamma, v.theta, v.vega, v.rho}) {
            EXPECT_TRUE(std::isfinite(number)) << strike << ' ' << years << ' ' << volatility;
          }
        }
      }
    }
  }
}

TEST(ImpliedVolatility, ComesBackFromThePriceWhereThePriceSaysIt) {
  int well_conditioned = 0;
  for_each_option([&](const OptionTerms& terms, double volatility) {
    const OptionValue value = option_value(terms, volatility);
    const auto implied = implied_volatility(terms, value.price);
    ASSERT_TRUE(implied.has_value());
    // One rounding of the price moves the volatility by this much; well-conditioned is where that is below 1e-12.
    const double rounding = std::numeric_limits<double>::epsilon() * (value.price + terms.underlying * 0.01);
    if (rounding < 1e-12 * value.vega) {
      EXPECT_NEAR(*implied, volatility, 1e-10) << terms.strike << ' ' << terms.years << ' ' << volatility;
      ++well_conditioned;
    }
    // Everywhere: the volatility found gives the price.
    EXPECT_NEAR(option_value(terms, *implied).price, value.price, 1e-14 * terms.underlying);
  });
  EXPECT_GT(well_conditioned, 500);
}

TEST(ImpliedVolatility, OutOfTheMoneyNoVolatilityIsTooSmallOrTooLarge) {
  for (const double x : {-1e-7, -1e-3, -0.05, -0.5, -2.0, -6.0}) {
    for (double s = 1e-5; s < 12; s *= 1.13) {
      const OptionTerms terms = black76(InstrumentType::Call, std::exp(x), 1, 1);
      const double price = option_value(terms, s).price;
      // The last digits that a nearly saturated or vanishing price has left say nothing about s.
      if (price < 1e-290 || option_value(terms, s).vega * s < 1e-4 * price) continue;
      const auto implied = implied_volatility(terms, price);
      ASSERT_TRUE(implied.has_value()) << x << ' ' << s;
      EXPECT_NEAR(*implied / s, 1, 1e-10) << x << ' ' << s;
    }
  }
}

TEST(ImpliedVolatility, APriceWithoutTimeValueHasNone) {
  const OptionTerms call = black76(InstrumentType::Call, 100, 90, 0.5, 0.065);
  const double intrinsic = 10 * std::exp(-0.0325);
  EXPECT_EQ(implied_volatility(call, intrinsic), 0.0);
  EXPECT_EQ(implied_volatility(call, intrinsic - 3), 0.0);
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Call, 100, 90, 0), 10), 0.0);
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Put, 100, 90, 1), 1e-320), 0.0);
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Put, 100, 90, 1), 0), 0.0);
}

TEST(ImpliedVolatility, WhatNoVolatilityGivesIsRefused) {
  const OptionTerms call = black76(InstrumentType::Call, 100, 110, 0.5);
  EXPECT_EQ(implied_volatility(call, 100), std::nullopt);
  EXPECT_EQ(implied_volatility(call, 250), std::nullopt);
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Put, 100, 90, 0.5), 90), std::nullopt);
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Call, 100, 110, 0), 1), std::nullopt) << "expired";
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Call, 100, 110, -1), 1), std::nullopt) << "expired";
  for (const double bad : {0.0, -1.0, kNan, kInfinity}) {
    if (bad != 0) {
      EXPECT_EQ(implied_volatility(call, bad), std::nullopt) << bad;
    }
    EXPECT_EQ(implied_volatility(black76(InstrumentType::Call, bad, 110, 0.5), 1), std::nullopt) << bad;
    EXPECT_EQ(implied_volatility(black76(InstrumentType::Call, 100, bad, 0.5), 1), std::nullopt) << bad;
  }
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Call, 100, 110, kNan), 1), std::nullopt);
  EXPECT_EQ(implied_volatility(black76(InstrumentType::Call, 100, 110, 1, kNan), 1), std::nullopt);
}

}  // namespace
}  // namespace subd::market
