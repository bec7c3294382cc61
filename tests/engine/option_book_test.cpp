#include "engine/option_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/time_text.hpp"
#include "market/implied_volatility.hpp"

namespace subd::engine {
namespace {

using market::Instrument;
using market::InstrumentId;
using market::InstrumentType;
using market::OptionTerms;
using market::PricingModel;
using std::chrono::minutes;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSpot = 24'480;
constexpr double kForward = 24'530;
constexpr double kVolatility = 0.14;

base::UtcTime at(std::string_view text) {
  return base::parse_time(text).value();
}

/// NIFTY with two expiries of three strikes, a future for the first of them, and a share without options.
class OptionBookTest : public testing::Test {
 protected:
  OptionBookTest() {
    add("NIFTY", InstrumentType::Index, {}, kNone);
    add("SHARE", InstrumentType::Equity, {}, kNone);
    add("FUT", InstrumentType::Future, near, kNone);
    for (const auto& [prefix, expiry] : {std::pair{"N", near}, std::pair{"F", far}}) {
      for (const int strike : {24'400, 24'500, 24'600}) {
        add(prefix + std::to_string(strike) + "CE", InstrumentType::Call, expiry, strike);
        add(prefix + std::to_string(strike) + "PE", InstrumentType::Put, expiry, strike);
      }
    }
    settings.expiry_times = {{"NFO", minutes{15 * 60 + 30}}};
    remake();
  }

  void add(std::string symbol, InstrumentType type, std::optional<std::chrono::year_month_day> expiry, double strike) {
    Instrument instrument;
    instrument.symbol = std::move(symbol);
    instrument.type = type;
    instrument.exchange = expiry ? "NFO" : "NSE";
    if (expiry) instrument.underlying = "NIFTY";
    instrument.expiry = expiry;
    instrument.strike = strike;
    instruments.add(std::move(instrument));
  }

  void remake() {
    book.emplace(instruments, market::builtin_calendars(), settings);
    book->advance(now);
  }

  InstrumentId id(std::string_view symbol) const { return instruments.find(symbol).value(); }

  OptionTerms terms(std::string_view symbol, double years) const {
    const Instrument& option = instruments[id(symbol)];
    return {PricingModel::Black76, option.type, kForward, option.strike, years, settings.rate, 0};
  }

  /// Quotes every near option at kForward and kVolatility, the underlying and the future.
  void quote_all(double years) {
    book->add(id("NIFTY"), kSpot, kNone);
    book->add(id("FUT"), kForward + 5, 1000);
    for (const Instrument& option : instruments.all()) {
      if (!market::is_option(option.type) || option.symbol[0] != 'N') continue;
      const double price = market::option_price(terms(option.symbol, years), kVolatility);
      book->add(id(option.symbol), price, option.type == InstrumentType::Call ? 100 : 150);
    }
  }

  wire::OptionGreeks greeks_of(std::string_view symbol) {
    const wire::Greeks greeks = book->greeks(id(symbol), price_of(symbol));
    const auto* option = std::get_if<wire::OptionGreeks>(&greeks);
    EXPECT_NE(option, nullptr) << symbol;
    return option != nullptr ? *option : wire::OptionGreeks{};
  }
  double price_of(std::string_view symbol) const { return market::option_price(terms(symbol, kWeek), kVolatility); }

  static constexpr double kWeek = 7.0 / 365;

  std::chrono::year_month_day near = std::chrono::year{2025} / 11 / 25;
  std::chrono::year_month_day far = std::chrono::year{2025} / 12 / 30;
  base::UtcTime now = at("2025-11-18T15:30:00+05:30");  // a week before the near expiry
  GreeksSettings settings;
  market::InstrumentTable instruments;
  std::optional<OptionBook> book;
};

TEST_F(OptionBookTest, AnOptionHasItsVolatilityAndGreeksInTheProtocolsUnits) {
  quote_all(kWeek);
  const wire::OptionGreeks greeks = greeks_of("N24600PE");
  const market::OptionValue value = market::option_value(terms("N24600PE", kWeek), kVolatility);
  EXPECT_NEAR(greeks.years, kWeek, 1e-15);
  EXPECT_NEAR(greeks.forward, kForward, 1e-9) << "the pair at the money gives the forward back";
  EXPECT_NEAR(greeks.iv, kVolatility, 1e-12);
  EXPECT_NEAR(greeks.delta, value.delta, 1e-12);
  EXPECT_NEAR(greeks.gamma, value.gamma, 1e-15);
  EXPECT_NEAR(greeks.theta, value.theta / 365, 1e-10);
  EXPECT_NEAR(greeks.vega, value.vega / 100, 1e-10);
  EXPECT_NEAR(greeks.rho, value.rho / 100, 1e-10);
  EXPECT_EQ(greeks.model, "black76");
  EXPECT_EQ(greeks.rate, 0);
}

TEST_F(OptionBookTest, TheForwardIsWhatTheSettingsChoose) {
  settings.rate = 0.065;
  for (const auto& [source, forward] :
       {std::pair{ForwardSource::Underlying, kSpot}, std::pair{ForwardSource::Future, kForward + 5},
        std::pair{ForwardSource::Synthetic, kForward}}) {
    settings.forward = source;
    remake();
    quote_all(kWeek);
    EXPECT_NEAR(greeks_of("N24500CE").forward, forward, 1e-9);
    EXPECT_EQ(greeks_of("N24500CE").rate, 0.065);
  }
}

TEST_F(OptionBookTest, WithoutAPriceForTheForwardTheUnderlyingStandsIn) {
  for (const ForwardSource source : {ForwardSource::Future, ForwardSource::Synthetic}) {
    settings.forward = source;
    remake();
    book->add(id("NIFTY"), kSpot, kNone);
    EXPECT_EQ(greeks_of("N24500CE").forward, kSpot);
  }
}

TEST_F(OptionBookTest, TheSpotModelTakesTheSpotThatTheForwardImplies) {
  settings.model = PricingModel::BlackScholesMerton;
  settings.rate = 0.065;
  settings.dividend = 0.012;
  remake();
  quote_all(kWeek);
  const wire::OptionGreeks greeks = greeks_of("N24500CE");
  EXPECT_EQ(greeks.model, "bsm");
  EXPECT_NEAR(greeks.forward, kForward, 1e-9);
  EXPECT_NEAR(greeks.iv, kVolatility, 1e-10);
  EXPECT_NEAR(greeks.delta / market::option_value(terms("N24500CE", kWeek), kVolatility).delta,
              std::exp((0.065 - 0.012) * kWeek), 1e-9)
      << "by the spot, not by the forward";
}

TEST_F(OptionBookTest, NothingIsMadeOfWhatIsNotKnown) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(book->greeks(id("N24500CE"), 120))) << "no underlying";
  book->add(id("NIFTY"), kSpot, kNone);
  EXPECT_TRUE(std::holds_alternative<wire::OptionGreeks>(book->greeks(id("N24500CE"), 120)));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(book->greeks(id("N24500CE"), kNone))) << "no price";
  EXPECT_TRUE(std::holds_alternative<std::monostate>(book->greeks(id("N24500CE"), 2 * kSpot))) << "no such price";
  EXPECT_TRUE(std::holds_alternative<std::monostate>(book->greeks(id("SHARE"), 100)));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(book->greeks(id("FUT"), 100)));
  book->forget(id("NIFTY"));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(book->greeks(id("N24500CE"), 120))) << "forgotten";
}

TEST_F(OptionBookTest, NoTimeValueIsNoVolatilityAndTheLimitOfDelta) {
  settings.forward = ForwardSource::Underlying;
  remake();
  book->add(id("NIFTY"), kSpot, kNone);
  const auto inside = std::get<wire::OptionGreeks>(book->greeks(id("N24400CE"), kSpot - 24'400));
  EXPECT_EQ(inside.iv, 0);
  EXPECT_EQ(inside.delta, 1);
  EXPECT_EQ(inside.vega, 0);
  const auto below = std::get<wire::OptionGreeks>(book->greeks(id("N24600PE"), 10));
  EXPECT_EQ(below.iv, 0);
  EXPECT_EQ(below.delta, -1);
}

TEST_F(OptionBookTest, AnUnderlyingShowsItsNearestChainAtTheMoney) {
  quote_all(kWeek);
  const auto greeks = std::get<wire::ChainGreeks>(book->greeks(id("NIFTY"), kSpot));
  EXPECT_EQ(greeks.expiry, near);
  EXPECT_EQ(greeks.atm_strike, 24'500);
  EXPECT_NEAR(greeks.atm_iv, kVolatility, 1e-12);
  ASSERT_TRUE(greeks.call && greeks.put);
  EXPECT_NEAR(greeks.call->delta - greeks.put->delta, 1, 1e-12);
  EXPECT_EQ(greeks.pcr, 1.5);
  const auto oi = book->open_interest(id("NIFTY"));
  ASSERT_TRUE(oi);
  EXPECT_EQ(oi->call_oi, 300);
  EXPECT_EQ(oi->put_oi, 450);
  EXPECT_EQ(oi->pcr, 1.5);
  EXPECT_FALSE(book->open_interest(id("SHARE")));
}

TEST_F(OptionBookTest, AChainWithHalfItsPricesShowsThatHalf) {
  book->add(id("NIFTY"), kSpot, kNone);
  book->add(id("N24500PE"), 150, kNone);
  const auto greeks = std::get<wire::ChainGreeks>(book->greeks(id("NIFTY"), kSpot));
  EXPECT_FALSE(greeks.call);
  ASSERT_TRUE(greeks.put);
  EXPECT_EQ(greeks.atm_iv, greeks.put->iv);
  EXPECT_TRUE(std::isnan(greeks.pcr));
  EXPECT_FALSE(book->open_interest(id("NIFTY")));
}

TEST_F(OptionBookTest, TheNextChainFollowsWhenTheNearestHasExpired) {
  book->add(id("NIFTY"), kSpot, kNone);
  book->advance(at("2025-11-25T15:29:59.999+05:30"));
  EXPECT_EQ(std::get<wire::ChainGreeks>(book->greeks(id("NIFTY"), kSpot)).expiry, near);
  book->advance(at("2025-11-25T15:30:00+05:30"));
  EXPECT_EQ(std::get<wire::ChainGreeks>(book->greeks(id("NIFTY"), kSpot)).expiry, far);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(book->greeks(id("N24400CE"), 85))) << "expired with time value";
  const auto exercised = std::get<wire::OptionGreeks>(book->greeks(id("N24400CE"), kSpot - 24'400));
  EXPECT_EQ(exercised.iv, 0);
  EXPECT_EQ(exercised.delta, 1);
  EXPECT_EQ(exercised.years, 0);
}

TEST_F(OptionBookTest, TradingDaysCountTodayByWhatIsLeftOfIt) {
  settings.day_count = DayCount::Trading252;
  remake();
  book->add(id("NIFTY"), kSpot, kNone);
  const auto years = [&] { return std::get<wire::OptionGreeks>(book->greeks(id("N24500CE"), 200)).years * 252; };
  EXPECT_NEAR(years(), 5, 1e-12) << "Tuesday after the close: Wednesday to Friday, Monday, Tuesday";
  book->advance(at("2025-11-19T08:00:00+05:30"));
  EXPECT_NEAR(years(), 5, 1e-12) << "Wednesday before the open";
  book->advance(at("2025-11-19T12:22:30+05:30"));
  EXPECT_NEAR(years(), 4.5, 1e-12) << "half of it";
  book->advance(at("2025-11-22T12:00:00+05:30"));
  EXPECT_NEAR(years(), 2, 1e-12) << "Saturday";
  book->advance(at("2025-11-25T12:22:30+05:30"));
  EXPECT_NEAR(years(), 0.5, 1e-12) << "the day of the expiry";
}

TEST_F(OptionBookTest, NeedsWhatTheForwardIsMadeOf) {
  const auto needs = [&](std::string_view symbol) {
    std::vector<std::string> symbols;
    const auto focus = book->focus_of(id(symbol), {});
    for (const InstrumentId one : book->needs(id(symbol), focus)) symbols.push_back(instruments[one].symbol);
    std::sort(symbols.begin(), symbols.end());
    return symbols;
  };
  using Symbols = std::vector<std::string>;
  EXPECT_EQ(needs("SHARE"), Symbols{});
  EXPECT_EQ(needs("N24400CE"), Symbols{"NIFTY"}) << "where the money is, nobody knows yet";
  book->add(id("NIFTY"), 24'360, kNone);
  EXPECT_EQ(needs("N24600CE"), (Symbols{"N24400CE", "N24400PE", "N24500CE", "N24500PE", "NIFTY"}));
  EXPECT_EQ(needs("NIFTY"), (Symbols{"N24400CE", "N24400PE", "N24500CE", "N24500PE", "N24600CE", "N24600PE", "NIFTY"}));
  settings.forward = ForwardSource::Future;
  remake();
  EXPECT_EQ(needs("N24600CE"), (Symbols{"FUT", "NIFTY"}));
  EXPECT_EQ(needs("F24600CE"), Symbols{"NIFTY"}) << "its expiry has no future";
}

TEST_F(OptionBookTest, TheFocusMovesOnlyWhenTheMoneyIsTwoStrikesAway) {
  book->add(id("NIFTY"), 24'390, kNone);
  const auto first = book->focus_of(id("N24500CE"), {});
  EXPECT_EQ(first.pair, 0u);
  book->add(id("NIFTY"), 24'480, kNone);
  EXPECT_EQ(book->focus_of(id("N24500CE"), first), first);
  book->add(id("NIFTY"), 24'580, kNone);
  EXPECT_EQ(book->focus_of(id("N24500CE"), first).pair, 2u);
}

}  // namespace
}  // namespace subd::engine
