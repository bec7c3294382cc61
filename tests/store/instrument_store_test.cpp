#include "store/instrument_store.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

using market::InstrumentType;

constexpr base::UtcTime kNow{std::chrono::milliseconds{1'750'000'000'123}};

market::Instrument equity(std::string symbol) {
  market::Instrument out;
  out.symbol = std::move(symbol);
  out.token = 738561;
  out.name = "RELIANCE INDUSTRIES";
  out.exchange = "NSE";
  out.segment = "NSE";
  out.type = InstrumentType::Equity;
  out.tick_size = 0.1;
  return out;
}

class InstrumentStoreTest : public testing::Test {
 protected:
  InstrumentStoreTest() : database{*Database::open(directory.file("subd.db"))}, instruments{database} {}

  subd::test::TemporaryDirectory directory;
  Database database;
  InstrumentStore instruments;
};

TEST_F(InstrumentStoreTest, IsEmptyAtFirst) {
  const auto import = instruments.last_import();
  ASSERT_TRUE(import);
  EXPECT_EQ(import->count, 0U);
  EXPECT_EQ(import->at, std::nullopt);
  EXPECT_TRUE(instruments.all()->empty());
}

TEST_F(InstrumentStoreTest, GivesBackEveryField) {
  market::Instrument option = equity("NIFTY25NOV24500CE");
  option.type = InstrumentType::Call;
  option.underlying = "NIFTY50";
  option.strike = 24500.5;
  option.expiry = std::chrono::year{2025} / 11 / 27;
  option.lot_size = 75;
  option.token = 4'294'967'295U;
  option.aliases = {"A", "B"};
  ASSERT_TRUE(instruments.replace_all(std::vector{option, equity("RELIANCE")}, kNow));
  const auto all = instruments.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  const market::Instrument& back = all->at(0);
  EXPECT_EQ(back.symbol, option.symbol);
  EXPECT_EQ(back.token, option.token);
  EXPECT_EQ(back.name, option.name);
  EXPECT_EQ(back.exchange, option.exchange);
  EXPECT_EQ(back.segment, option.segment);
  EXPECT_EQ(back.type, option.type);
  EXPECT_EQ(back.underlying, option.underlying);
  EXPECT_EQ(back.strike, option.strike);
  EXPECT_EQ(back.expiry, option.expiry);
  EXPECT_EQ(back.lot_size, option.lot_size);
  EXPECT_EQ(back.tick_size, option.tick_size);
  EXPECT_EQ(back.aliases, option.aliases);
  EXPECT_TRUE(std::isnan(all->at(1).strike));
  EXPECT_EQ(all->at(1).expiry, std::nullopt);
  EXPECT_TRUE(all->at(1).aliases.empty());
}

TEST_F(InstrumentStoreTest, NextImportTakesThePlaceOfTheOneBefore) {
  market::Instrument first = equity("A");
  first.aliases = {"X"};
  ASSERT_TRUE(instruments.replace_all(std::vector{first, equity("B")}, kNow));
  market::Instrument second = equity("C");
  second.aliases = {"X"};
  ASSERT_TRUE(instruments.replace_all(std::vector{second}, kNow + std::chrono::hours{24}));
  const auto all = instruments.all();
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->at(0).symbol, "C");
  EXPECT_EQ(all->at(0).aliases, std::vector<std::string>{"X"});
  EXPECT_EQ(instruments.last_import()->count, 1U);
  EXPECT_EQ(instruments.last_import()->at, kNow + std::chrono::hours{24});
}

TEST_F(InstrumentStoreTest, FailedImportChangesNothing) {
  ASSERT_TRUE(instruments.replace_all(std::vector{equity("A")}, kNow));
  EXPECT_FALSE(instruments.replace_all(std::vector{equity("B"), equity("B")}, kNow + std::chrono::hours{24}));
  ASSERT_EQ(instruments.all()->size(), 1U);
  EXPECT_EQ(instruments.all()->at(0).symbol, "A");
  EXPECT_EQ(instruments.last_import()->at, kNow);
}

TEST_F(InstrumentStoreTest, OfTwoWithOneAliasTheFirstKeepsIt) {
  market::Instrument a = equity("A");
  a.aliases = {"X"};
  market::Instrument b = equity("B");
  b.aliases = {"X"};
  ASSERT_TRUE(instruments.replace_all(std::vector{b, a}, kNow));
  EXPECT_TRUE(instruments.all()->at(0).aliases.empty());
  EXPECT_EQ(instruments.all()->at(1).aliases, std::vector<std::string>{"X"});
}

TEST_F(InstrumentStoreTest, HundredThousandComeBack) {
  std::vector<market::Instrument> many;
  for (int i = 0; i < 100'000; ++i) many.push_back(equity(fmt::format("S{}", i)));
  ASSERT_TRUE(instruments.replace_all(many, kNow));
  EXPECT_EQ(instruments.all()->size(), many.size());
}

}  // namespace
}  // namespace subd::store
