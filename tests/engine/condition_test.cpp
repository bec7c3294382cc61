#include "engine/condition.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/condition_syntax.hpp"
#include "engine/expression.hpp"

namespace subd::engine {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
using Values = std::map<std::string, double>;

const std::vector<std::string> kSubscribed{"RSI_14_100", "SMA_20", "MACD_12_26_9", "BBANDS_20_2.5"};

std::string canonical(const std::string& text) {
  const auto read = parse_condition(text, kSubscribed);
  return read ? read->text : "refused: " + read.error().message;
}

/// Position and token, as the detail has them: `8 ")"`.
std::string place(const std::string& text) {
  const auto read = parse_condition(text, kSubscribed);
  if (read) return "accepted";
  EXPECT_EQ(read.error().code, wire::ErrorCode::BadRequest);
  const std::string& detail = read.error().detail;
  const std::string begin = R"({"field":"when","position":)";
  EXPECT_TRUE(detail.starts_with(begin)) << detail;
  std::string rest = detail.substr(begin.size(), detail.size() - begin.size() - 1);
  const std::string between = R"(,"token":)";
  return rest.replace(rest.find(between), between.size(), " ");
}

std::string refusal(const std::string& text) {
  const auto read = parse_condition(text, kSubscribed);
  return read ? "accepted" : read.error().message;
}

std::string name_of(const Operand& operand) {
  if (!operand.indicator.empty()) return operand.indicator + "/" + std::to_string(operand.output);
  static const std::map<BarField, std::string> kNames{{BarField::Open, "open"},     {BarField::High, "high"},
                                                      {BarField::Low, "low"},       {BarField::Close, "close"},
                                                      {BarField::Volume, "volume"}, {BarField::OpenInterest, "oi"}};
  return kNames.at(operand.field);
}

bool holds(const std::string& text, const Values& values = {}) {
  auto expression = Expression::compile(text, kSubscribed);
  EXPECT_TRUE(expression.has_value()) << (expression ? "" : expression.error().message);
  if (!expression) return false;
  for (std::size_t i = 0; i < expression->operands().size(); ++i) {
    const auto value = values.find(name_of(expression->operands()[i]));
    expression->set(i, value != values.end() ? value->second : kNone);
  }
  return expression->holds();
}

TEST(ConditionSyntax, WritesEveryNameInFullAndEveryOperatorOneWay) {
  EXPECT_EQ(canonical("RSI_14_100 > 70 and close > SMA_20"), "RSI_14_100 > 70 and close > SMA_20");
  EXPECT_EQ(canonical(" rsi>70.0&&CLOSE>sma_20\n"), "RSI_14_100 > 70 and close > SMA_20");
  EXPECT_EQ(canonical("!(close>1e2)||NOT open<-.5"), "not (close > 100) or not open < -0.5");
  EXPECT_EQ(canonical("MIN( open ,close)*2/(3-1)>=ABS(-low)"), "min(open, close) * 2 / (3 - 1) >= abs(-low)");
}

TEST(ConditionSyntax, ReadsItsOwnTextAgain) {
  for (const std::string text :
       {"not not rsi > 70 or (close - - 5) != high", "macd.macdh > 0 and bbands_20_2.5.bbu<close",
        "max(abs(open),1e300) == 0.1 && oi < volume"}) {
    const std::string once = canonical(text);
    EXPECT_FALSE(once.starts_with("refused")) << once;
    EXPECT_EQ(canonical(once), once);
  }
}

TEST(ConditionSyntax, NamesOneOutputOfSeveral) {
  EXPECT_EQ(canonical("MACD.MACDh > 0"), "MACD_12_26_9.MACDh > 0");
  EXPECT_EQ(canonical("MACD_12_26_9.macds > 0"), "MACD_12_26_9.MACDs > 0");
  EXPECT_EQ(canonical("BBANDS_20_2.5.BBU < high"), "BBANDS_20_2.5.BBU < high");
  EXPECT_EQ(refusal("MACD > 0"),
            "when, byte 0: MACD_12_26_9 has several outputs; write one of MACD_12_26_9.MACD, MACD_12_26_9.MACDh, "
            "MACD_12_26_9.MACDs");
  EXPECT_EQ(refusal("RSI.RSI > 0"), "when, byte 0: RSI_14_100 has one output; write RSI_14_100");
}

TEST(ConditionSyntax, RefusesAnIndicatorThatIsNotSubscribed) {
  EXPECT_EQ(refusal("close > SMA_50"), "when, byte 8: SMA_50 is not among the stream's indicators; subscribe it, too");
  EXPECT_EQ(place("close > SMA_50"), R"-(8 "SMA_50")-");
}

TEST(ConditionSyntax, PointsAtTheTokenThatIsWrong) {
  EXPECT_EQ(place("RSI > 70 close"), R"-(9 "close")-");
  EXPECT_EQ(place("close >"), R"-(7 "")-");
  EXPECT_EQ(place("close > )"), R"-(8 ")")-");
  EXPECT_EQ(place("(close > 1"), R"-(10 "")-");
  EXPECT_EQ(place("close > 1)"), R"-(9 ")")-");
  EXPECT_EQ(place("close > 70abc"), R"-(10 "abc")-");
  EXPECT_EQ(place("close > 1e999"), R"-(8 "1e999")-");
  EXPECT_EQ(place("close > €"), R"-(8 "€")-");
  EXPECT_EQ(place(""), R"-(0 "")-");
  EXPECT_EQ(place("min(close) > 1"), R"-(9 ")")-");
  EXPECT_EQ(place("abs(close, 2) > 1"), R"-(9 ",")-");
  EXPECT_EQ(place("close > 1, 2"), R"-(9 ",")-");
}

TEST(ConditionSyntax, SaysWhatIsAllowedInstead) {
  EXPECT_EQ(refusal("clsoe > 1"), "when, byte 0: no field or indicator clsoe; did you mean close?");
  EXPECT_EQ(refusal("close = 1"), "when, byte 6: expected an operator; equality is ==");
  EXPECT_EQ(refusal("1 < close < 2"),
            "when, byte 10: two comparisons in a row; join them with and, or use parentheses");
  EXPECT_EQ(refusal("RSI_0 > 1"), "when, byte 0: RSI: length must be an integer from 2 to 5000, got \"0\"");
  EXPECT_EQ(refusal("close"), "when, byte 5: nothing is compared; a condition is like close > 100");
}

TEST(ConditionSyntax, LetsNothingThroughThatAConditionHasNoUseFor) {
  for (const std::string text : {"close = 5 > 1",
                                 "x = close > 1",
                                 "close > 1 ? 2 : 3",
                                 "\"a\" == \"a\"",
                                 "sin(close) > 0",
                                 "close ^ 2 > 1",
                                 "close % 2 == 1",
                                 "_pi > 3",
                                 "seq > 1",
                                 "close > 1; open > 1",
                                 "close & 1 > 0",
                                 "v0 > 1",
                                 "close > 0x10",
                                 "close > +1",
                                 "close > nan",
                                 "close > inf",
                                 "close + not open > 1",
                                 "() > 1",
                                 "min(,) > 1",
                                 "rnd() > 0",
                                 "close > 1 and",
                                 "and close > 1",
                                 "sum(1,2) > 1",
                                 "close close > 1",
                                 "close > > 1",
                                 "5 (close > 1)",
                                 "close > --1"}) {
    EXPECT_NE(refusal(text), "accepted") << text;
  }
}

TEST(ConditionSyntax, BoundsTermsAndDepth) {
  std::string many = "close > 1";
  for (std::size_t i = 0; i < kMaxConditionSymbols; ++i) many += " + 1";
  EXPECT_TRUE(refusal(many).ends_with("more than 128 names, numbers and operators")) << refusal(many);
  const std::string deep = std::string(kMaxConditionDepth + 1, '(');
  EXPECT_TRUE(refusal(deep).ends_with("more than 16 parentheses within each other")) << refusal(deep);
  const std::string allowed = std::string(kMaxConditionDepth, '(') + "close > 1" + std::string(kMaxConditionDepth, ')');
  EXPECT_EQ(canonical(allowed), allowed);
}

TEST(Expression, ComputesWithTheUsualPrecedence) {
  const Values at{{"close", 10}, {"open", 8}, {"high", 12}, {"RSI_14_100/0", 71}, {"MACD_12_26_9/1", -0.5}};
  EXPECT_TRUE(holds("close > 9 and open > 7 or 1 > 2", at));
  EXPECT_TRUE(holds("1 > 2 and 1 > 2 or close > 9", at));
  EXPECT_TRUE(holds("close + 2 * 3 == 16", at));
  EXPECT_TRUE(holds("(close + 2) * 3 == 36", at));
  EXPECT_TRUE(holds("close - 2 - 3 == 5", at));
  EXPECT_TRUE(holds("-close + 20 == 10 and close - -5 == 15", at));
  EXPECT_TRUE(holds("not close > 10 and not not open < 9", at));
  EXPECT_TRUE(holds("not (close > 9 and open > 8)", at));
  EXPECT_TRUE(holds("not -close > 9 and 20 / -close == -2 and 20 - -close * 2 == 40", at));
  EXPECT_TRUE(holds("1 > 2 or not close == 9 and not not not open == 9", at));
  EXPECT_FALSE(holds("not close > 9 or open >= 9", at));
  EXPECT_TRUE(holds("min(close, open) == 8 and max(close, open) == 10 and abs(open - high) == 4", at));
  EXPECT_TRUE(holds("RSI > 70 and MACD.MACDh <= 0", at));
  EXPECT_TRUE(holds("(close > 9) + (open > 9) + (high > 9) >= 2", at));
  EXPECT_TRUE(holds("open != close and close == 1e1", at));
}

TEST(Expression, WhatDependsOnAnUnknownDoesNotHold) {
  const Values at{{"close", 10}};
  EXPECT_FALSE(holds("RSI > 70", at));
  EXPECT_FALSE(holds("not RSI > 70", at));
  EXPECT_FALSE(holds("RSI != 70", at));
  EXPECT_FALSE(holds("close > 0 or RSI > 70", at));
  EXPECT_FALSE(holds("close > 0 and not RSI > 70", at));
  EXPECT_FALSE(holds("max(close, RSI) > 0", at));
  EXPECT_FALSE(holds("close > min(RSI, 1)", at));
  EXPECT_FALSE(holds("abs(RSI) * 0 == 0", at));
  EXPECT_FALSE(holds("oi >= 0", at));
}

TEST(Expression, ADivisionByZeroDoesNotHoldWhateverIsMadeOfIt) {
  const Values at{{"close", 10}, {"open", 10}};
  EXPECT_FALSE(holds("close / (close - open) > 1", at));
  EXPECT_FALSE(holds("not close / (close - open) > 1", at));
  EXPECT_FALSE(holds("1 / (close / (close - open)) == 0", at));
  EXPECT_FALSE(holds("close > 0 or (close - open) / (close - open) > 1", at));
  EXPECT_FALSE(holds("1 / 0 > 1", at));
  EXPECT_TRUE(holds("close / open == 1", at));
}

TEST(Expression, AnOverflowIsUnknownToo) {
  EXPECT_FALSE(holds("close * 1e300 > 1", {{"close", 1e300}}));
  EXPECT_FALSE(holds("close > 1", {{"close", std::numeric_limits<double>::infinity()}}));
}

TEST(Expression, TellsWhichIndicatorsItReads) {
  const auto expression = Expression::compile("MACD.MACDh > MACD.MACDs and rsi > 30 and rsi < close", kSubscribed);
  ASSERT_TRUE(expression.has_value());
  EXPECT_EQ(expression->indicators(), (std::vector<std::string>{"MACD_12_26_9", "RSI_14_100"}));
  EXPECT_EQ(expression->operands().size(), 4u);
}

class ConditionSetTest : public testing::Test {
 protected:
  void start(const std::string& text, HubId hub = 0) {
    auto expression = Expression::compile(text, {});
    ASSERT_TRUE(expression.has_value()) << expression.error().message;
    set.start(std::move(*expression), {}, nullptr, kNone).holders.set(hub);
  }
  std::vector<wire::ConditionState> at(double close) {
    market::Bar bar;
    bar.close = close;
    std::vector<wire::ConditionState> out;
    set.evaluate(bar, kNone, out);
    return out;
  }
  ConditionSet set;
};

TEST_F(ConditionSetTest, TellsTheUpdateThatTurnsItTrueFromThoseAfter) {
  using S = wire::ConditionState;
  start("close > 10");
  std::vector<S> states;
  for (const double close : {9.0, 11.0, 12.0, 10.0, 11.0}) states.push_back(at(close).at(0));
  EXPECT_EQ(states, (std::vector<S>{S::False, S::Rises, S::Holds, S::False, S::Rises}));
  EXPECT_EQ(set.evaluations(), 5u);
}

TEST_F(ConditionSetTest, GivesASlotAgainOnlyAfterItsConditionEnded) {
  start("close > 1");
  start("close > 2");
  start("close > 3");
  set.release(0, "close > 2");
  start("close > 4");
  EXPECT_EQ(set.find("close > 4")->slot(), 1u);
  EXPECT_EQ(set.find("close > 3")->slot(), 2u);
  EXPECT_EQ(set.size(), 3u);
  EXPECT_EQ(at(3.5).at(1), wire::ConditionState::False);
}

TEST_F(ConditionSetTest, RunsWhileOneHubHoldsIt) {
  start("close > 1", 0);
  set.find("close > 1")->holders.set(1);
  set.release(0, "close > 1");
  set.release(0, "close > 1");
  EXPECT_NE(set.find("close > 1"), nullptr);
  set.release(1, "close > 1");
  EXPECT_EQ(set.find("close > 1"), nullptr);
  EXPECT_TRUE(at(5).empty());
}

}  // namespace
}  // namespace subd::engine
