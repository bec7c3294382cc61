#include "feed/sim_market.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <ratio>

#include "base/time_text.hpp"
#include "market/implied_volatility.hpp"

namespace subd::feed {
namespace {

using market::InstrumentId;
using std::chrono::milliseconds;

constexpr base::UtcTime kStart{milliseconds{1'750'000'000'000}};

InstrumentId id(const SimMarket& market, std::string_view symbol) {
  return market.instruments()->find(symbol).value();
}

TEST(SimMarket, TicksAreNumberedWithoutGapsAtAnyRate) {
  for (const double rate : {0.001, 0.3, 2.0, 7.0, 1000.0}) {
    const SimMarket market{{.seed = 4, .rate = rate}};
    for (const char* symbol : {"NIFTY50", "SBIN"}) {
      const InstrumentId instrument = id(market, symbol);
      const std::int64_t first = market.last_tick(instrument, kStart);
      for (std::int64_t number = first; number < first + 2000; ++number) {
        const base::UtcTime time = market.tick_time(instrument, number);
        ASSERT_EQ(market.last_tick(instrument, time), number) << rate;
        ASSERT_EQ(market.last_tick(instrument, time - milliseconds{1}), number - 1) << rate;
      }
    }
  }
}

TEST(SimMarket, NothingTicksBefore1970) {
  const SimMarket market{{.seed = 4, .rate = 2}};
  EXPECT_EQ(market.last_tick(InstrumentId{0}, base::UtcTime{milliseconds{-5000}}), -1);
}

TEST(SimMarket, TwoOfOneSeedAgreeAndTwoSeedsDoNot) {
  SimMarket one{{.seed = 4}};
  SimMarket same{{.seed = 4}};
  SimMarket other{{.seed = 5}};
  int differences = 0;
  for (std::uint32_t i = 0; i < one.instruments()->size(); ++i) {
    const std::int64_t number = one.last_tick(InstrumentId{i}, kStart);
    const market::Tick a = one.tick(InstrumentId{i}, number);
    const market::Tick b = same.tick(InstrumentId{i}, number);
    EXPECT_EQ(a.time, b.time);
    EXPECT_EQ(a.last_price, b.last_price);
    EXPECT_EQ(a.volume, b.volume);
    if (a.last_price != other.tick(InstrumentId{i}, number).last_price) ++differences;
  }
  EXPECT_GE(differences, 15);
}

TEST(SimMarket, PricesAreMultiplesOfTheTickSizeAboveZero) {
  SimMarket market{{.seed = 9}};
  for (std::uint32_t i = 0; i < market.instruments()->size(); ++i) {
    for (int hour = 0; hour < 2000; ++hour) {
      const double price = market.price(InstrumentId{i}, kStart + std::chrono::hours{hour});
      ASSERT_GT(price, 0);
      const double ticks = price / (*market.instruments())[InstrumentId{i}].tick_size;
      ASSERT_NEAR(ticks, std::round(ticks), 1e-6);
    }
  }
}

TEST(SimMarket, OptionsAreWorthAtLeastWhatExerciseGivesAndKeepParity) {
  SimMarket market{{.seed = 9}};
  const InstrumentId future = id(market, "NIFTY50FUT");
  for (int hour = 0; hour < 500; ++hour) {
    const base::UtcTime time = kStart + std::chrono::hours{hour};
    const double forward = market.price(future, time);
    for (const int strike : {24'300, 24'400, 24'500, 24'600, 24'700}) {
      const double call = market.price(id(market, "NIFTY50" + std::to_string(strike) + "CE"), time);
      const double put = market.price(id(market, "NIFTY50" + std::to_string(strike) + "PE"), time);
      ASSERT_GE(call, forward - strike - 0.1);
      ASSERT_GE(put, strike - forward - 0.1);
      ASSERT_NEAR(call - put, forward - strike, 0.16);
    }
  }
}

TEST(SimMarket, OptionsImplyTheVolatilityOfTheirStrike) {
  SimMarket market{{.seed = 9}};
  const base::UtcTime time = kStart;
  double last = 1;
  for (const int strike : {24'300, 24'400, 24'500, 24'600, 24'700}) {
    market::OptionTerms terms;
    terms.underlying = market.driver(id(market, "NIFTY50FUT"), time);
    terms.strike = strike;
    const auto expiry = base::parse_time("2030-12-27T00:00:00Z").value();
    terms.years = std::chrono::duration<double, std::ratio<86'400 * 365>>(expiry - time).count();
    const auto call =
        implied_volatility(terms, market.price(id(market, "NIFTY50" + std::to_string(strike) + "CE"), time));
    terms.type = market::InstrumentType::Put;
    const auto put =
        implied_volatility(terms, market.price(id(market, "NIFTY50" + std::to_string(strike) + "PE"), time));
    ASSERT_TRUE(call && put);
    // A tick of price over vega.
    EXPECT_NEAR(*call, *put, 1e-5) << strike;
    EXPECT_NEAR(*call, 0.13, 0.005) << strike;
    EXPECT_LT(*call, last) << "lower strikes are dearer";
    last = *call;
  }
}

TEST(SimMarket, WithinAMinuteAnOptionFollowsItsDriverAlone) {
  SimMarket market{{.seed = 9}};
  const base::UtcTime minute = std::chrono::floor<std::chrono::minutes>(kStart);
  const base::UtcTime later = minute + std::chrono::seconds{59};
  for (const char* symbol : {"NIFTY5024500CE", "NIFTY5024500PE"}) {
    const InstrumentId option = id(market, symbol);
    const double driver = market.driver(option, later);
    EXPECT_EQ(market.price_at(option, minute, driver), market.price_at(option, later, driver));
    EXPECT_EQ(market.price(option, later), market.price_at(option, later, driver));
  }
}

TEST(SimMarket, ExpiredOptionIsWorthItsExercise) {
  SimMarket market{{.seed = 9}};
  const InstrumentId call = id(market, "NIFTY5024300CE");
  const base::UtcTime late = base::parse_time("2031-06-01T00:00:00Z").value();
  const double forward = market.price(id(market, "NIFTY50FUT"), late);
  EXPECT_NEAR(market.price(call, late), std::max(0.05, forward - 24'300), 0.06);
}

TEST(SimMarket, DayVolumeNeverFallsWithinADayAndStartsAnew) {
  SimMarket market{{.seed = 9, .rate = 0.5}};
  const base::UtcTime midnight = base::parse_time("2025-06-16T00:00:00Z").value();
  for (const char* symbol : {"RELIANCE", "NIFTY50FUT"}) {
    const InstrumentId instrument = id(market, symbol);
    const std::int64_t first = market.last_tick(instrument, midnight - milliseconds{1}) + 1;
    const std::int64_t end = market.last_tick(instrument, midnight + std::chrono::hours{24} - milliseconds{1}) + 1;
    double last = 0;
    for (std::int64_t number = first; number < end; ++number) {
      const double volume = market.day_volume(instrument, number);
      ASSERT_GE(volume, last);
      last = volume;
    }
    EXPECT_GT(last, 1'000'000);
    EXPECT_LT(market.day_volume(instrument, end), 10'000);
  }
}

TEST(SimMarket, IndicesHaveNoVolumeAndOnlyDerivativesOpenInterest) {
  SimMarket market{{.seed = 9}};
  const market::Tick index = market.tick(id(market, "NIFTY50"), 1'000'000'000);
  EXPECT_EQ(index.volume_kind, market::VolumeKind::None);
  EXPECT_TRUE(std::isnan(index.oi));
  const market::Tick option = market.tick(id(market, "NIFTY5024500PE"), 1'000'000'000);
  EXPECT_EQ(option.volume_kind, market::VolumeKind::DayCumulative);
  EXPECT_GT(option.oi, 0);
  EXPECT_GT(option.oi_previous, 0);
  EXPECT_EQ(option.oi_previous,
            market.open_interest(option.instrument, std::chrono::floor<std::chrono::days>(option.time)));
}

TEST(SimMarket, EverySymbolTradesAroundTheClock) {
  const SimMarket market{{}};
  for (const market::Instrument& instrument : market.instruments()->all()) EXPECT_EQ(instrument.exchange, "24x7");
  EXPECT_EQ(market.instruments()->size(), market::builtin_instruments().size());
}

}  // namespace
}  // namespace subd::feed
