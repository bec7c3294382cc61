#include "indicator/spec.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "indicator/catalogue.hpp"

namespace subd::indicator {
namespace {

using Params = std::vector<NamedParameter>;

struct IdCase {
  const char* asked;
  const char* canonical;
};

class GoodId : public ::testing::TestWithParam<IdCase> {};

TEST_P(GoodId, IsAnsweredInFull) {
  const auto spec = parse_id(GetParam().asked);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->id, GetParam().canonical);
  ASSERT_NE(spec->definition, nullptr);
  EXPECT_EQ(spec->values.size(), spec->definition->parameters.size());
}

TEST_P(GoodId, IsItsOwnCanonicalForm) {
  const auto again = parse_id(GetParam().canonical);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->id, GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(
    Ids, GoodId,
    ::testing::Values(IdCase{"RSI", "RSI_14_100"}, IdCase{"RSI_14", "RSI_14_100"}, IdCase{"RSI_14_100", "RSI_14_100"},
                      IdCase{"rsi_9", "RSI_9_100"}, IdCase{"Rsi_14.0_100.0", "RSI_14_100"},
                      IdCase{"RSI_014_1e2", "RSI_14_100"}, IdCase{"RSI_14_0.5", "RSI_14_0.5"},
                      IdCase{"RSI_2_0.01", "RSI_2_0.01"}, IdCase{"RSI_5000_10000", "RSI_5000_10000"},
                      IdCase{"SMA", "SMA_20"}, IdCase{"SMA_1", "SMA_1"}, IdCase{"EMA", "EMA_20"},
                      IdCase{"WMA_7", "WMA_7"}, IdCase{"MACD", "MACD_12_26_9"}, IdCase{"MACD_5", "MACD_5_26_9"},
                      IdCase{"macd_5_35", "MACD_5_35_9"}, IdCase{"MACD_5_35_5", "MACD_5_35_5"},
                      IdCase{"BBANDS", "BBANDS_20_2"}, IdCase{"BBANDS_20_2.0", "BBANDS_20_2"},
                      IdCase{"BBANDS_20_2.50", "BBANDS_20_2.5"}, IdCase{"BBANDS_5_.5", "BBANDS_5_0.5"},
                      IdCase{"ATR", "ATR_14"}, IdCase{"STOCH", "STOCH_14_3_3"}, IdCase{"STOCH_5_4", "STOCH_5_4_3"},
                      IdCase{"VWAP", "VWAP_D"}, IdCase{"vwap_w", "VWAP_W"}, IdCase{"VWAP_M", "VWAP_M"},
                      IdCase{"STDEV", "STDEV_30"}, IdCase{"STDEV_30", "STDEV_30"}, IdCase{"stdev_20_0", "STDEV_20"},
                      IdCase{"STDEV_20_1", "STDEV_20_1"}, IdCase{"STDEV_20_1.0", "STDEV_20_1"}, IdCase{"OBV", "OBV"},
                      IdCase{"obv", "OBV"}, IdCase{"CCI", "CCI_20"}, IdCase{"ROC", "ROC_10"}));

struct ErrorCase {
  const char* asked;
  SpecError::Code code;
  const char* parameter;
  const char* message;
};

class BadId : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(BadId, IsRefusedWithWhatIsAllowed) {
  const auto spec = parse_id(GetParam().asked);
  ASSERT_FALSE(spec) << spec->id;
  EXPECT_EQ(spec.error().message, GetParam().message);
  EXPECT_EQ(spec.error().code, GetParam().code);
  EXPECT_EQ(spec.error().parameter, GetParam().parameter);
}

constexpr auto kUnknown = SpecError::Code::UnknownIndicator;
constexpr auto kBad = SpecError::Code::BadParameter;

INSTANTIATE_TEST_SUITE_P(
    Ids, BadId,
    ::testing::Values(
        ErrorCase{"RSII", kUnknown, "", "no indicator RSII; did you mean RSI?"},
        ErrorCase{"RSII_14", kUnknown, "", "no indicator RSII; did you mean RSI?"},
        ErrorCase{"FOOBARBAZ", kUnknown, "", "no indicator FOOBARBAZ"},
        ErrorCase{"", kUnknown, "", "an indicator needs a name"},
        ErrorCase{"_14", kUnknown, "", "an indicator needs a name"},
        ErrorCase{"RSI_0", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"0\""},
        ErrorCase{"RSI_5001", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"5001\""},
        ErrorCase{"RSI_-14", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"-14\""},
        ErrorCase{"RSI_14.5", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"14.5\""},
        ErrorCase{"RSI_", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"\""},
        ErrorCase{"RSI_14_", kBad, "scalar", "RSI: scalar must be a number from 0.01 to 10000, got \"\""},
        ErrorCase{"RSI__100", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"\""},
        ErrorCase{"RSI_abc", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"abc\""},
        ErrorCase{"RSI_ 14", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \" 14\""},
        ErrorCase{"RSI_0x10", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"0x10\""},
        ErrorCase{"RSI_nan", kBad, "length", "RSI: length must be an integer from 2 to 5000, got \"nan\""},
        ErrorCase{"RSI_14_inf", kBad, "scalar", "RSI: scalar must be a number from 0.01 to 10000, got \"inf\""},
        ErrorCase{"RSI_14_1e999", kBad, "scalar", "RSI: scalar must be a number from 0.01 to 10000, got \"1e999\""},
        ErrorCase{"RSI_14_100_1", kBad, "", "RSI: takes only length, scalar, got \"1\" too many"},
        ErrorCase{"OBV_5", kBad, "", "OBV: takes no parameters, got \"5\" too many"},
        ErrorCase{"BBANDS_20_0", kBad, "std", "BBANDS: std must be a number from 0.01 to 100, got \"0\""},
        ErrorCase{"STDEV_30_2", kBad, "ddof", "STDEV: ddof must be an integer from 0 to 1, got \"2\""},
        ErrorCase{"STDEV_30_1_1", kBad, "", "STDEV: takes only length, ddof, got \"1\" too many"},
        ErrorCase{"NATR_ema", kBad, "length", "NATR: length must be an integer from 1 to 5000, got \"ema\""},
        ErrorCase{"NATR_14_sma", kBad, "average", "NATR: average must be one of rma, ema, got \"sma\""},
        ErrorCase{"UO_7_28_14", kBad, "medium", "UO: medium must be less than slow, got medium 28 and slow 14"},
        ErrorCase{"VWAP_Y", kBad, "anchor", "VWAP: anchor must be one of D, W, M, got \"Y\""},
        ErrorCase{"VWAP_0", kBad, "anchor", "VWAP: anchor must be one of D, W, M, got \"0\""},
        ErrorCase{"CCI_1001", kBad, "length", "CCI: length must be an integer from 2 to 1000, got \"1001\""},
        ErrorCase{"MACD_26_12_9", kBad, "fast", "MACD: fast must be less than slow, got fast 26 and slow 12"},
        ErrorCase{"MACD_26", kBad, "fast", "MACD: fast must be less than slow, got fast 26 and slow 26"}));

TEST(ParseId, QuotesHostileTextOnlyInPart) {
  const std::string huge(1 << 20, 'x');
  const auto unknown = parse_id(huge);
  ASSERT_FALSE(unknown);
  EXPECT_LT(unknown.error().message.size(), 200U);
  const auto bad = parse_id("SMA_" + huge);
  ASSERT_FALSE(bad);
  EXPECT_LT(bad.error().message.size(), 200U);
  const auto many = parse_id("SMA_5" + std::string(1 << 20, '_'));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().message, "SMA: takes only length, got \"\" too many");
}

TEST(ParseId, CutsQuotedTextBetweenCharacters) {
  // 39 letters and then a character of three bytes that would straddle the limit.
  const auto bad = parse_id("SMA_" + std::string(39, 'x') + "\xE2\x82\xAC!");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find(std::string(39, 'x') + "...\""), std::string::npos) << bad.error().message;
}

TEST(ParseId, ListsEveryIndicatorForAnUnknownName) {
  const auto unknown = parse_id("FOO");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().allowed.size(), catalogue().size());
}

TEST(MakeSpec, TakesParametersInAnyOrder) {
  const auto spec = make_spec("MACD", Params{{"signal", 5.0}, {"fast", 6.0}, {"slow", 19.0}});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->id, "MACD_6_19_5");
  EXPECT_EQ(spec->values, (std::vector<double>{6, 19, 5}));
}

TEST(MakeSpec, CompletesFromTheDefaults) {
  const auto spec = make_spec("rsi", Params{{"scalar", 1.0}});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->id, "RSI_14_1");
}

TEST(MakeSpec, ReadsAliasesAndAnyCase) {
  for (const char* name : {"length", "Length", "PERIOD", "timeperiod"}) {
    const auto spec = make_spec("SMA", Params{{name, 9.0}});
    ASSERT_TRUE(spec) << spec.error().message;
    EXPECT_EQ(spec->id, "SMA_9");
  }
}

TEST(MakeSpec, TakesChoicesAsText) {
  const auto spec = make_spec("VWAP", Params{{"anchor", std::string{"w"}}});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->id, "VWAP_W");
  EXPECT_EQ(spec->values, std::vector<double>{1});
}

TEST(MakeSpec, NamesAConventionInTheIdOnlyWhenItIsNotTheDefault) {
  const auto given = make_spec("STDEV", Params{{"ddof", 1.0}, {"length", 20.0}});
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(given->id, "STDEV_20_1");
  EXPECT_EQ(given->values, (std::vector<double>{20, 1}));
  const auto usual = make_spec("STDEV", Params{{"ddof", 0.0}, {"length", 20.0}});
  ASSERT_TRUE(usual) << usual.error().message;
  EXPECT_EQ(usual->id, "STDEV_20");
  EXPECT_EQ(usual->values, (std::vector<double>{20, 0}));
  const auto alone = make_spec("STDEV", Params{{"ddof", 1.0}});
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(alone->id, "STDEV_30_1");
  const auto choice = make_spec("PPO", Params{{"mamode", std::string{"EMA"}}, {"signal", 5.0}});
  ASSERT_TRUE(choice) << choice.error().message;
  EXPECT_EQ(choice->id, "PPO_12_26_5_ema");
  EXPECT_EQ(parse_id(choice->id)->values, choice->values);
}

TEST(MakeSpec, TakesAnIdWhenThereAreNoParameters) {
  const auto spec = make_spec("BBANDS_5", {});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->id, "BBANDS_5_2");
}

TEST(MakeSpec, CompletesWhatMakesARuleHold) {
  // fast 30 alone breaks fast < slow; with slow it is fine, in either order.
  EXPECT_FALSE(make_spec("MACD", Params{{"fast", 30.0}}));
  EXPECT_TRUE(make_spec("MACD", Params{{"fast", 30.0}, {"slow", 60.0}}));
  EXPECT_TRUE(make_spec("MACD", Params{{"slow", 60.0}, {"fast", 30.0}}));
}

struct BadParams {
  const char* name;
  Params params;
  SpecError::Code code;
  const char* parameter;
  const char* message;
};

TEST(MakeSpec, RefusesWithWhatIsAllowed) {
  const BadParams cases[] = {
      {"RSI", {{"length", 0.0}}, kBad, "length", "RSI: length must be an integer from 2 to 5000, got 0"},
      {"RSI", {{"length", 14.5}}, kBad, "length", "RSI: length must be an integer from 2 to 5000, got 14.5"},
      {"RSI",
       {{"length", std::numeric_limits<double>::quiet_NaN()}},
       kBad,
       "length",
       "RSI: length must be an integer from 2 to 5000, got no finite number"},
      {"RSI",
       {{"length", std::string{"14"}}},
       kBad,
       "length",
       "RSI: length must be an integer from 2 to 5000, got the text \"14\""},
      {"RSI", {{"lenght", 14.0}}, kBad, "lenght", "RSI: no parameter \"lenght\"; it takes length, scalar"},
      {"RSI", {{"", 14.0}}, kBad, "", "RSI: no parameter \"\"; it takes length, scalar"},
      {"OBV", {{"length", 14.0}}, kBad, "length", "OBV: no parameter \"length\"; it takes none"},
      {"RSI", {{"length", 14.0}, {"length", 14.0}}, kBad, "length", "RSI: length is given twice"},
      {"RSI",
       {{"period", 14.0}, {"length", 14.0}},
       kBad,
       "length",
       "RSI: length is given twice, as period and as length"},
      {"VWAP", {{"anchor", 1.0}}, kBad, "anchor", "VWAP: anchor must be one of D, W, M, got 1"},
      {"VWAP", {{"anchor", std::string{}}}, kBad, "anchor", "VWAP: anchor must be one of D, W, M, got \"\""},
      {"RSII", {{"length", 14.0}}, kUnknown, "", "no indicator RSII; did you mean RSI?"},
      {"RSI_14",
       {{"scalar", 1.0}},
       kBad,
       "",
       "RSI: \"RSI_14\" is an id: give parameters in the id or by name, not both"},
  };
  for (const BadParams& bad : cases) {
    const auto spec = make_spec(bad.name, bad.params);
    ASSERT_FALSE(spec) << spec->id;
    EXPECT_EQ(spec.error().message, bad.message);
    EXPECT_EQ(spec.error().code, bad.code) << bad.message;
    EXPECT_EQ(spec.error().parameter, bad.parameter) << bad.message;
    EXPECT_FALSE(spec.error().allowed.empty() && std::string_view{bad.name} != "OBV") << bad.message;
  }
}

TEST(MakeSpec, NamesTheChoicesAndTheRangeApart) {
  const auto choice = make_spec("VWAP", Params{{"anchor", std::string{"Q"}}});
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().allowed, (std::vector<std::string>{"D", "W", "M"}));
  const auto range = make_spec("SMA", Params{{"length", 0.0}});
  ASSERT_FALSE(range);
  EXPECT_EQ(range.error().allowed, std::vector<std::string>{"an integer from 1 to 5000"});
}

}  // namespace
}  // namespace subd::indicator
