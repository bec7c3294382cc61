#include "feed/kite_instruments.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "market/instrument_table.hpp"

namespace subd::feed {
namespace {

using market::InstrumentType;

constexpr std::string_view kHeader =
    "instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,"
    "segment,exchange\n";

KiteInstruments read(const std::string& rows) {
  std::istringstream in{std::string{kHeader} + rows};
  auto out = read_kite_instruments(in);
  EXPECT_TRUE(out.has_value());
  return *out;
}

std::string header_error(const std::string& text) {
  std::istringstream in{text};
  const auto out = read_kite_instruments(in);
  return out ? "" : out.error().message;
}

/// The problem of a single row, which must not have been taken.
std::string problem_of(const std::string& row) {
  const KiteInstruments out = read(row + "\n");
  EXPECT_TRUE(out.instruments.empty()) << row;
  if (out.problems.count() != 1) return "";
  EXPECT_EQ(out.problems.shown().front().line, 2U);
  return out.problems.shown().front().message;
}

TEST(KiteInstruments, EquityIsReadWithItsName) {
  const KiteInstruments out = read("738561,2885,RELIANCE,RELIANCE INDUSTRIES,0.0,,0.0,0.1,1,EQ,NSE,NSE\n");
  ASSERT_EQ(out.instruments.size(), 1U);
  const market::Instrument& one = out.instruments[0];
  EXPECT_EQ(one.token, 738561U);
  EXPECT_EQ(one.symbol, "RELIANCE");
  EXPECT_EQ(one.name, "RELIANCE INDUSTRIES");
  EXPECT_EQ(one.exchange, "NSE");
  EXPECT_EQ(one.type, InstrumentType::Equity);
  EXPECT_EQ(one.tick_size, 0.1);
  EXPECT_TRUE(one.underlying.empty() && !one.expiry && std::isnan(one.strike));
  EXPECT_EQ(out.problems.count(), 0U);
}

TEST(KiteInstruments, OptionMeetsItsIndexByTheNameOfTheContract) {
  const KiteInstruments out = read(
      "12073986,47164,NIFTY25NOV24500CE,NIFTY,0,2025-11-27,24500,0.05,75,CE,NFO-OPT,NFO\n"
      "256265,1001,NIFTY 50,NIFTY 50,0,,0,0,0,EQ,INDICES,NSE\n"
      "13000002,47165,BANKNIFTY25NOVFUT,BANKNIFTY,0,2025-11-25,0,0.2,35,FUT,NFO-FUT,NFO\n"
      "260105,1016,NIFTY BANK,NIFTY BANK,0,,0,0,0,EQ,INDICES,NSE\n");
  ASSERT_EQ(out.instruments.size(), 4U);
  const market::Instrument& option = out.instruments[0];
  EXPECT_EQ(option.type, InstrumentType::Call);
  EXPECT_EQ(option.underlying, "NIFTY50");
  EXPECT_EQ(option.strike, 24500);
  EXPECT_EQ(option.lot_size, 75);
  EXPECT_EQ(option.expiry, std::chrono::year{2025} / 11 / 27);
  market::InstrumentTable table;
  for (const market::Instrument& one : out.instruments) table.add(one);
  const auto index = table.find(option.underlying);
  ASSERT_TRUE(index);
  EXPECT_EQ(table[*index].type, InstrumentType::Index);
  EXPECT_EQ(table[*index].tick_size, market::Instrument{}.tick_size);
  for (const char* name : {"NIFTY", "NIFTY 50", "NSE:NIFTY50"}) EXPECT_EQ(table.find(name), index) << name;
  EXPECT_EQ(table[*table.find("NIFTY BANK")].symbol, out.instruments[2].underlying);
}

TEST(KiteInstruments, SymbolOfSeveralExchangesIsKeptByTheFirstInTheirOrder) {
  const KiteInstruments out = read(
      "128083204,500325,RELIANCE,RELIANCE INDUSTRIES,0,,0,0.05,1,EQ,BSE,BSE\n"
      "738561,2885,RELIANCE,RELIANCE INDUSTRIES,0,,0,0.1,1,EQ,NSE,NSE\n");
  ASSERT_EQ(out.instruments.size(), 2U);
  EXPECT_EQ(out.instruments[0].symbol, "BSE:RELIANCE");
  EXPECT_EQ(out.instruments[1].symbol, "RELIANCE");
  market::InstrumentTable table;
  for (const market::Instrument& one : out.instruments) table.add(one);
  EXPECT_EQ(table.find("BSE:RELIANCE"), market::InstrumentId{0});
  EXPECT_EQ(table.find("NSE:RELIANCE"), market::InstrumentId{1});
  EXPECT_EQ(table.find("NFO:RELIANCE"), std::nullopt);
}

TEST(KiteInstruments, QuotedFieldsAndOtherOrdersOfColumnsAreRead) {
  std::istringstream in{
      "exchange,segment,NAME,tradingsymbol,instrument_token,instrument_type,lot_size,tick_size,strike,expiry\r\n"
      "NSE,NSE,\"A, \"\"B\"\" & CO\",M&M,1,EQ,1,0.05,0,\r\n"};
  const auto out = read_kite_instruments(in);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->instruments.size(), 1U);
  EXPECT_EQ(out->instruments[0].name, "A, \"B\" & CO");
  EXPECT_EQ(out->instruments[0].symbol, "M&M");
}

TEST(KiteInstruments, BadRowsNameFieldValueAndWhatIsAllowed) {
  EXPECT_EQ(problem_of("x,1,A,A,0,,0,0.05,1,EQ,NSE,NSE"),
            "instrument_token must be an integer from 1 to 4294967295, got 'x'");
  EXPECT_EQ(problem_of("4294967296,1,A,A,0,,0,0.05,1,EQ,NSE,NSE"),
            "instrument_token must be an integer from 1 to 4294967295, got '4294967296'");
  EXPECT_EQ(problem_of("1,1,NSE:A,A,0,,0,0.05,1,EQ,NSE,NSE"),
            "tradingsymbol must be 1 to 64 printable ASCII characters without quotes, backslashes and colons, got "
            "'NSE:A'");
  EXPECT_EQ(problem_of("1,1,A,A,0,,0,0.05,1,XX,NSE,NSE"), "instrument_type must be EQ, FUT, CE or PE, got 'XX'");
  EXPECT_EQ(problem_of("1,1,A,A,0,2025-02-30,1,0.05,1,CE,NFO-OPT,NFO"),
            "expiry must be a date like 2025-11-27 for a future or an option, got '2025-02-30'");
  EXPECT_EQ(problem_of("1,1,A,A,0,2025-02-27,0,0.05,1,PE,NFO-OPT,NFO"),
            "strike must be a number above 0 for an option, got '0'");
  EXPECT_EQ(problem_of("1,1,A,A,0,,0,-1,1,EQ,NSE,NSE"), "tick_size must be a number from 0, got '-1'");
  EXPECT_EQ(problem_of("1,1,A,A,0,,0,0.05,nan,EQ,NSE,NSE"), "lot_size must be a number from 0, got 'nan'");
  EXPECT_EQ(problem_of("1,1,A"), "3 fields where the header has 12");
  EXPECT_EQ(problem_of("1,1,\"A,A,0,,0,0.05,1,EQ,NSE,NSE"), "a quote that is not closed on its line");
}

TEST(KiteInstruments, SecondRowOfATokenOrOfASymbolOnOneExchangeIsLeftOut) {
  const KiteInstruments out = read(
      "1,1,A,FIRST,0,,0,0.05,1,EQ,NSE,NSE\n"
      "1,1,B,TOKEN,0,,0,0.05,1,EQ,NSE,NSE\n"
      "2,1,A,SYMBOL,0,,0,0.05,1,EQ,NSE,NSE\n"
      "3,1,C,GOOD,0,,0,0.05,1,EQ,NSE,NSE\n");
  ASSERT_EQ(out.instruments.size(), 2U);
  EXPECT_EQ(out.instruments[0].name, "FIRST");
  ASSERT_EQ(out.problems.count(), 2U);
  EXPECT_EQ(out.problems.shown()[0].line, 3U);
  EXPECT_EQ(out.problems.shown()[0].message, "instrument_token 1 is there already");
  EXPECT_EQ(out.problems.shown()[1].message, "tradingsymbol 'A' of exchange NSE is there already");
}

TEST(KiteInstruments, ManyBadRowsAreCountedAndTheFirstTold) {
  std::string rows;
  for (int i = 0; i < 100; ++i) rows += "x\n";
  const KiteInstruments out = read(rows);
  EXPECT_EQ(out.problems.count(), 100U);
  EXPECT_EQ(out.problems.shown().size(), RowProblems::kShown);
}

TEST(KiteInstruments, HeaderWithoutAColumnIsAnError) {
  EXPECT_EQ(header_error(""), "there is no header");
  EXPECT_EQ(header_error("symbol,price\n"),
            "no column instrument_token, tradingsymbol, name, expiry, strike, tick_size, lot_size, instrument_type, "
            "segment, exchange; there are symbol, price");
  EXPECT_EQ(header_error("exchange," + std::string{kHeader}), "column exchange is there more than once");
}

TEST(KiteInstruments, HundredThousandRowsAreReadWhole) {
  std::string rows;
  for (int i = 0; i < 100'000; ++i) {
    rows += fmt::format("{},1,NIFTY25NOV{}CE,NIFTY,0,2025-11-27,{},0.05,75,CE,NFO-OPT,NFO\n", i + 1, i + 1, i + 1);
  }
  const KiteInstruments out = read(rows);
  EXPECT_EQ(out.instruments.size(), 100'000U);
  EXPECT_EQ(out.problems.count(), 0U);
}

}  // namespace
}  // namespace subd::feed
