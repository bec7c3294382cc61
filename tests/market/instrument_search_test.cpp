#include "market/instrument_search.hpp"

#include <gtest/gtest.h>

namespace subd::market {
namespace {

using Symbols = std::vector<std::string>;

class InstrumentSearch : public ::testing::Test {
 protected:
  InstrumentSearch() {
    add("HDFCBANK", "HDFC BANK", "NSE", InstrumentType::Equity);
    add("HDFCBANK25NOVFUT", "HDFCBANK", "NFO", InstrumentType::Future);
    add("HDFC", "HOUSING DEVELOPMENT FINANCE", "NSE", InstrumentType::Equity);
    add("BSE:HDFCBANK", "HDFC BANK", "BSE", InstrumentType::Equity);
    add("M&M", "MAHINDRA & MAHINDRA", "NSE", InstrumentType::Equity);
    add("NIFTY50", "NIFTY 50", "NSE", InstrumentType::Index, {"NIFTY 50", "NIFTY"});
    add("NIFTYBEES", "NIFTY ETF", "NSE", InstrumentType::Equity);
  }

  void add(std::string symbol, std::string name, std::string exchange, InstrumentType type,
           std::vector<std::string> aliases = {}) {
    Instrument out;
    out.symbol = std::move(symbol);
    out.name = std::move(name);
    out.exchange = std::move(exchange);
    out.type = type;
    out.aliases = std::move(aliases);
    table_.add(std::move(out));
  }

  [[nodiscard]] Symbols found(std::string text, std::string exchange = {}, std::optional<InstrumentType> type = {},
                              std::size_t limit = 20) const {
    const InstrumentQuery query{std::move(text), std::move(exchange), type, limit};
    Symbols out;
    for (const InstrumentId id : search(table_, query)) out.push_back(table_[id].symbol);
    return out;
  }

  InstrumentTable table_;
};

TEST_F(InstrumentSearch, ExactComesBeforePrefixAndPrefixBeforeWords) {
  EXPECT_EQ(found("hdfc"), (Symbols{"HDFC", "HDFCBANK", "HDFCBANK25NOVFUT", "BSE:HDFCBANK"}));
}

TEST_F(InstrumentSearch, AliasIsAsGoodAsTheSymbol) {
  EXPECT_EQ(found("nifty"), (Symbols{"NIFTY50", "NIFTYBEES"}));
  EXPECT_EQ(found("Nifty 50"), (Symbols{"NIFTY50"}));
}

TEST_F(InstrumentSearch, ExchangeAndSymbolAreExact) {
  EXPECT_EQ(found("nse:hdfc", "", std::nullopt, 1), (Symbols{"HDFC"}));
  EXPECT_EQ(found("BSE:HDFCBANK"), (Symbols{"BSE:HDFCBANK"}));
}

TEST_F(InstrumentSearch, EveryWordMustBeginAWordOfSymbolOrName) {
  EXPECT_EQ(found("dev fin"), (Symbols{"HDFC"}));
  EXPECT_EQ(found("mahindra"), (Symbols{"M&M"}));
  EXPECT_EQ(found("velopment"), Symbols{});
}

TEST_F(InstrumentSearch, NearestAreGivenOnlyWhereNothingElseIs) {
  EXPECT_EQ(found("HFDCBANK"), (Symbols{"HDFCBANK"}));
  EXPECT_EQ(found("HFDCBANK", "", InstrumentType::Index), Symbols{});
}

TEST_F(InstrumentSearch, FiltersAndLimitHold) {
  EXPECT_EQ(found("hdfc", "NFO"), (Symbols{"HDFCBANK25NOVFUT"}));
  EXPECT_EQ(found("hdfc", "", InstrumentType::Future), (Symbols{"HDFCBANK25NOVFUT"}));
  EXPECT_EQ(found("hdfc", "", std::nullopt, 2), (Symbols{"HDFC", "HDFCBANK"}));
  EXPECT_EQ(found("", "NFO"), (Symbols{"HDFCBANK25NOVFUT"}));
}

TEST(InstrumentTypeName, ReadsBack) {
  for (const InstrumentType type : {InstrumentType::Index, InstrumentType::Equity, InstrumentType::Future,
                                    InstrumentType::Call, InstrumentType::Put, InstrumentType::Other}) {
    EXPECT_EQ(parse_instrument_type(instrument_type_name(type)), type);
    EXPECT_NE(instrument_type_list().find(instrument_type_name(type)), std::string_view::npos);
  }
  EXPECT_EQ(parse_instrument_type("EQ"), std::nullopt);
}

}  // namespace
}  // namespace subd::market
