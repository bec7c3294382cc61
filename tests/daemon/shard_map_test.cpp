#include "daemon/shard_map.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace subd::daemon {
namespace {

using market::InstrumentId;
using market::InstrumentType;

InstrumentId add(market::InstrumentTable& table, const std::string& symbol,
                 InstrumentType type = InstrumentType::Equity, const std::string& underlying = {}) {
  market::Instrument instrument;
  instrument.symbol = symbol;
  instrument.type = type;
  instrument.underlying = underlying;
  return *table.add(instrument);
}

TEST(ShardMap, ASymbolIsWhereItWasInEveryTable) {
  market::InstrumentTable table;
  const std::vector<std::string> symbols{"RELIANCE", "TCS", "INFY", "HDFCBANK", "BTCUSDT", "NIFTY50", "SBIN", "ITC"};
  for (const std::string& symbol : symbols) add(table, symbol);
  market::InstrumentTable reversed;
  for (auto symbol = symbols.rbegin(); symbol != symbols.rend(); ++symbol) add(reversed, *symbol);
  const ShardMap map{table, 3};
  const ShardMap other{reversed, 3};
  std::vector<std::size_t> shards;
  for (const std::string& symbol : symbols) {
    shards.push_back(map[*table.find(symbol)]);
    EXPECT_EQ(other[*reversed.find(symbol)], shards.back()) << symbol;
  }
  // Written down, so that another build or machine that shares them out differently is noticed.
  EXPECT_EQ(shards, (std::vector<std::size_t>{0, 1, 1, 2, 1, 2, 0, 0}));
}

TEST(ShardMap, OneShardHasEverything) {
  const ShardMap map{market::builtin_instruments(), 1};
  for (std::uint32_t i = 0; i < market::builtin_instruments().size(); ++i) EXPECT_EQ(map[InstrumentId{i}], 0U);
}

TEST(ShardMap, ManySymbolsFillEveryShardAboutAlike) {
  market::InstrumentTable table;
  constexpr std::size_t kSymbols = 3000;
  for (std::size_t i = 0; i < kSymbols; ++i) add(table, "SYMBOL" + std::to_string(i));
  for (const std::size_t shards : {std::size_t{2}, std::size_t{3}, std::size_t{8}, ShardMap::kMostShards}) {
    const ShardMap map{table, shards};
    std::vector<std::size_t> counts(shards);
    for (std::uint32_t i = 0; i < kSymbols; ++i) ++counts.at(map[InstrumentId{i}]);
    for (const std::size_t count : counts) {
      EXPECT_GT(count, kSymbols / shards * 6 / 10) << shards;
      EXPECT_LT(count, kSymbols / shards * 14 / 10) << shards;
    }
  }
}

TEST(ShardMap, OptionsAndFuturesAreWhereTheirUnderlyingIs) {
  market::InstrumentTable table;
  const InstrumentId index = add(table, "NIFTY50", InstrumentType::Index);
  std::vector<InstrumentId> derived{add(table, "NIFTYFUT", InstrumentType::Future, "NIFTY50")};
  for (int strike = 0; strike < 40; ++strike) {
    const auto type = strike % 2 == 0 ? InstrumentType::Call : InstrumentType::Put;
    // Of the future: two steps from the index.
    derived.push_back(add(table, "NIFTY" + std::to_string(strike), type, strike % 3 == 0 ? "NIFTYFUT" : "NIFTY50"));
  }
  const ShardMap map{table, ShardMap::kMostShards};
  for (const InstrumentId instrument : derived) EXPECT_EQ(map[instrument], map[index]) << table[instrument].symbol;
}

TEST(ShardMap, AnUnderlyingThatIsNotThereOrGoesInACircleIsSurvived) {
  market::InstrumentTable table;
  const InstrumentId alone = add(table, "GOLDFUT", InstrumentType::Future, "GOLD");
  const InstrumentId itself = add(table, "SELF", InstrumentType::Future, "SELF");
  const InstrumentId one = add(table, "ONE", InstrumentType::Future, "OTHER");
  const InstrumentId other = add(table, "OTHER", InstrumentType::Future, "ONE");
  const ShardMap map{table, 5};
  for (const InstrumentId instrument : {alone, itself, one, other}) EXPECT_LT(map[instrument], 5U);
}

}  // namespace
}  // namespace subd::daemon
