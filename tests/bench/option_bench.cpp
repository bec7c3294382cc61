// What one option costs: price and greeks, implied volatility, and both, beside the textbook ways to imply one.
// Budget: both together below 1 us.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "market/implied_volatility.hpp"
#include "market/option_pricing.hpp"

namespace {

using subd::market::InstrumentType;
using subd::market::OptionTerms;
using subd::market::PricingModel;

struct Quote {
  OptionTerms terms;
  double price = 0;
};

/// Strikes within 15 % of the forward, a day to half a year, 8 to 60 %: a power of two of them.
const std::vector<Quote>& quotes() {
  static const std::vector<Quote> made = [] {
    std::mt19937_64 random{1};
    const auto between = [&random](double low, double high) {
      return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    std::vector<Quote> out;
    while (out.size() < 4096) {
      OptionTerms terms{PricingModel::Black76, InstrumentType::Call, 24'500, 0, 0, 0.065, 0};
      terms.type = random() % 2 == 0 ? InstrumentType::Call : InstrumentType::Put;
      terms.strike = terms.underlying * between(0.85, 1.15);
      terms.years = between(1.0 / 365, 0.5);
      const double price = subd::market::option_value(terms, between(0.08, 0.6)).price;
      const double sign = terms.type == InstrumentType::Call ? 1 : -1;
      const double intrinsic = std::max(0.0, sign * (terms.underlying - terms.strike));
      // A tick of time value: what an exchange can quote.
      if (price - intrinsic * std::exp(-terms.rate * terms.years) > 0.05) out.push_back({terms, price});
    }
    return out;
  }();
  return made;
}

double bisection(const OptionTerms& terms, double price) {
  double low = 0;
  double high = 5;
  while (high - low > 1e-12) {
    const double middle = (low + high) / 2;
    (subd::market::option_value(terms, middle).price < price ? low : high) = middle;
  }
  return (low + high) / 2;
}

double newton(const OptionTerms& terms, double price) {
  // From the inflection, where it converges from one side.
  const double x = std::abs(std::log(terms.underlying / terms.strike));
  double volatility = std::max(std::sqrt(2 * x / terms.years), 0.01);
  for (int i = 0; i < 100; ++i) {
    const auto value = subd::market::option_value(terms, volatility);
    if (value.vega <= 0) break;
    const double step = (price - value.price) / value.vega;
    volatility += step;
    if (std::abs(step) < 1e-12) break;
  }
  return volatility;
}

template <class Run>
void run(benchmark::State& state, const Run& one) {
  std::size_t i = 0;
  for (auto _ : state) {
    auto result = one(quotes()[i++ % 4096]);
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations());
}

void price_and_greeks(benchmark::State& state) {
  run(state, [](const Quote& quote) { return subd::market::option_value(quote.terms, 0.2); });
}
void imply(benchmark::State& state) {
  run(state, [](const Quote& quote) { return subd::market::implied_volatility(quote.terms, quote.price).value_or(0); });
}
void imply_then_greeks(benchmark::State& state) {
  run(state, [](const Quote& quote) {
    const double volatility = subd::market::implied_volatility(quote.terms, quote.price).value_or(0);
    return subd::market::option_value(quote.terms, volatility);
  });
}
void imply_by_newton(benchmark::State& state) {
  run(state, [](const Quote& quote) { return newton(quote.terms, quote.price); });
}
void imply_by_bisection(benchmark::State& state) {
  run(state, [](const Quote& quote) { return bisection(quote.terms, quote.price); });
}

BENCHMARK(price_and_greeks);
BENCHMARK(imply);
BENCHMARK(imply_then_greeks);
BENCHMARK(imply_by_newton);
BENCHMARK(imply_by_bisection);

}  // namespace

BENCHMARK_MAIN();
