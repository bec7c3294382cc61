#include "market/instrument_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "market/calendar_set.hpp"

namespace subd::market {
namespace {

Instrument named(std::string symbol) {
  Instrument out;
  out.symbol = std::move(symbol);
  return out;
}

TEST(InstrumentTable, IdsCountUpInOrderOfInsertion) {
  InstrumentTable table;
  EXPECT_EQ(table.add(named("A")), InstrumentId{0});
  EXPECT_EQ(table.add(named("B")), InstrumentId{1});
  EXPECT_EQ(table.find("B"), InstrumentId{1});
  EXPECT_EQ(table[InstrumentId{0}].symbol, "A");
}

TEST(InstrumentTable, SecondOfASymbolIsRefused) {
  InstrumentTable table;
  table.add(named("A"));
  EXPECT_EQ(table.add(named("A")), std::nullopt);
  EXPECT_EQ(table.size(), 1U);
}

TEST(InstrumentTable, FindKnowsNoOtherCase) {
  EXPECT_TRUE(builtin_instruments().find("NIFTY50").has_value());
  EXPECT_FALSE(builtin_instruments().find("nifty50").has_value());
}

TEST(InstrumentTable, AliasesAndExchangesFindToo) {
  InstrumentTable table;
  Instrument index = named("NIFTY50");
  index.exchange = "NSE";
  index.aliases = {"NIFTY", "NIFTY 50"};
  table.add(index);
  for (const char* name : {"NIFTY50", "NIFTY", "NIFTY 50", "NSE:NIFTY50"}) {
    EXPECT_EQ(table.find(name), InstrumentId{0}) << name;
  }
  for (const char* name : {"nifty", "BSE:NIFTY50", ":NIFTY50", "NSE:", ""}) {
    EXPECT_EQ(table.find(name), std::nullopt) << name;
  }
}

TEST(InstrumentTable, SymbolGoesBeforeAnAliasOfTheSameText) {
  InstrumentTable table;
  Instrument first = named("A");
  first.aliases = {"B", "C"};
  Instrument second = named("B");
  second.aliases = {"C"};
  table.add(first);
  table.add(second);
  EXPECT_EQ(table.find("B"), InstrumentId{1});
  EXPECT_EQ(table.find("C"), InstrumentId{0});
}

TEST(InstrumentTable, NearestSuggestsWhatWasMeant) {
  const auto found = builtin_instruments().nearest("RELAINCE");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front(), "RELIANCE");
}

TEST(BuiltinInstruments, DescribeThemselvesFully) {
  const InstrumentTable& table = builtin_instruments();
  std::set<std::uint32_t> tokens;
  std::size_t options = 0;
  for (const Instrument& instrument : table.all()) {
    EXPECT_TRUE(tokens.insert(instrument.token).second) << instrument.symbol;
    EXPECT_NE(builtin_calendars().find(instrument.exchange), nullptr) << instrument.symbol;
    EXPECT_GT(instrument.tick_size, 0) << instrument.symbol;
    EXPECT_EQ(has_open_interest(instrument.type), instrument.expiry.has_value()) << instrument.symbol;
    EXPECT_EQ(has_open_interest(instrument.type), table.find(instrument.underlying).has_value()) << instrument.symbol;
    EXPECT_EQ(is_option(instrument.type), !std::isnan(instrument.strike)) << instrument.symbol;
    if (is_option(instrument.type)) ++options;
  }
  EXPECT_EQ(options, 10U);
  for (const char* symbol : {"NIFTY50", "BANKNIFTY", "RELIANCE", "TCS", "INFY", "HDFCBANK", "SBIN", "NIFTY50FUT",
                             "NIFTY5024500CE", "NIFTY5024500PE"}) {
    EXPECT_TRUE(table.find(symbol).has_value()) << symbol;
  }
  EXPECT_EQ(table[*table.find("NIFTY50")].token, 256265U);
}

}  // namespace
}  // namespace subd::market
