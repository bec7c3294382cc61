#include "indicator/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "indicator/spec.hpp"

namespace subd::indicator {
namespace {

TEST(Catalogue, IsSortedAndHasNoNameTwice) {
  const auto all = catalogue();
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end(),
                               [](const Definition* a, const Definition* b) { return a->name >= b->name; }),
            all.end());
}

TEST(Catalogue, HasTheIdsAndOutputsOfTheProtocol) {
  struct Entry {
    std::string_view id;
    std::vector<std::string_view> outputs;
  };
  const Entry entries[] = {
      {"SMA_20", {"SMA"}},
      {"EMA_20", {"EMA"}},
      {"WMA_20", {"WMA"}},
      {"RSI_14_100", {"RSI"}},
      {"MACD_12_26_9", {"MACD", "MACDh", "MACDs"}},
      {"BBANDS_20_2", {"BBL", "BBM", "BBU", "BBB", "BBP"}},
      {"ATR_14", {"ATR"}},
      {"STOCH_14_3_3", {"STOCHk", "STOCHd"}},
      {"CCI_20", {"CCI"}},
      {"OBV", {"OBV"}},
      {"VWAP_D", {"VWAP"}},
      {"ROC_10", {"ROC"}},
      {"STDEV_30", {"STDEV"}},
      {"DEMA_20", {"DEMA"}},
      {"TEMA_20", {"TEMA"}},
      {"KAMA_10_2_30", {"KAMA"}},
      {"NATR_14", {"NATR"}},
      {"ADX_14", {"ADX", "DMP", "DMN"}},
      {"STOCHRSI_14_14_3_3", {"STOCHRSIk", "STOCHRSId"}},
      {"WILLR_14", {"WILLR"}},
      {"MFI_14", {"MFI"}},
      {"PSAR_0.02_0.2", {"PSAR"}},
      {"MOM_10", {"MOM"}},
      {"TRIX_30_9", {"TRIX", "TRIXs"}},
      {"AROON_14", {"AROOND", "AROONU", "AROONOSC"}},
      {"UO_7_14_28", {"UO"}},
      {"PPO_12_26_9", {"PPO", "PPOh", "PPOs"}},
      {"LINREG_14", {"LINREG"}},
      {"AO_5_34", {"AO"}},
      {"CHOP_14_1_100", {"CHOP"}},
      {"CMF_20", {"CMF"}},
      {"DONCHIAN_20_20", {"DCL", "DCM", "DCU"}},
      {"HMA_20", {"HMA"}},
      {"ICHIMOKU_9_26_52", {"ITS", "IKS", "ISA", "ISB"}},
      {"KC_20_2", {"KCL", "KCB", "KCU"}},
      {"PIVOTS", {"P", "R1", "R2", "R3", "S1", "S2", "S3"}},
      {"SUPERTREND_7_3", {"SUPERT", "SUPERTd", "SUPERTl", "SUPERTs"}},
      {"TSI_13_25_13", {"TSI", "TSIs"}},
      {"VWAPBANDS_D_2", {"VWAPL", "VWAP", "VWAPU"}},
      {"VWMA_20", {"VWMA"}},
      {"ZSCORE_30_1", {"ZSCORE"}},
  };
  EXPECT_EQ(catalogue().size(), std::size(entries));
  for (const Entry& entry : entries) {
    const Definition* definition = find(entry.id.substr(0, entry.id.find('_')));
    ASSERT_NE(definition, nullptr) << entry.id;
    EXPECT_EQ(default_spec(*definition).id, entry.id);
    EXPECT_TRUE(
        std::equal(definition->outputs.begin(), definition->outputs.end(), entry.outputs.begin(), entry.outputs.end()))
        << entry.id;
  }
}

TEST(Catalogue, DescribesEveryEntryConsistently) {
  for (const Definition* definition : catalogue()) {
    SCOPED_TRACE(std::string{definition->name});
    EXPECT_TRUE(std::all_of(definition->name.begin(), definition->name.end(),
                            [](unsigned char c) { return std::isupper(c) != 0 || std::isdigit(c) != 0; }));
    EXPECT_FALSE(definition->title.empty());
    EXPECT_FALSE(definition->description.empty());
    EXPECT_FALSE(definition->source.empty());
    EXPECT_FALSE(definition->outputs.empty());
    std::set<std::string_view> spellings;
    for (const Parameter& parameter : definition->parameters) {
      EXPECT_FALSE(parameter.doc.empty()) << parameter.name;
      EXPECT_TRUE(spellings.insert(parameter.name).second) << parameter.name;
      for (const std::string_view alias : parameter.aliases) EXPECT_TRUE(spellings.insert(alias).second) << alias;
      EXPECT_LE(parameter.minimum, parameter.default_value) << parameter.name;
      EXPECT_LE(parameter.default_value, parameter.maximum) << parameter.name;
      if (parameter.kind == ParameterKind::Choice) {
        EXPECT_EQ(parameter.maximum + 1, static_cast<double>(parameter.choices.size())) << parameter.name;
      }
    }
    EXPECT_TRUE(std::is_partitioned(definition->parameters.begin(), definition->parameters.end(),
                                    [](const Parameter& parameter) { return !parameter.convention; }))
        << "conventions stand last";
    for (const Ordering& rule : definition->orderings) {
      ASSERT_LT(std::max(rule.smaller, rule.larger), definition->parameters.size());
    }
    // The defaults keep the definition's own rules.
    EXPECT_TRUE(parse_id(definition->name));
  }
}

TEST(Catalogue, FindsInAnyCaseAndNothingElse) {
  ASSERT_NE(find("rSi"), nullptr);
  EXPECT_EQ(find("rSi")->name, "RSI");
  EXPECT_EQ(find("RS"), nullptr);
  EXPECT_EQ(find("RSI_14"), nullptr);
  EXPECT_EQ(find(""), nullptr);
}

TEST(CatalogueJson, SaysWhatTheCatalogueSays) {
  const auto json = nlohmann::json::parse(catalogue_json(), nullptr, false);
  ASSERT_TRUE(json.is_array());
  ASSERT_EQ(json.size(), catalogue().size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Definition& definition = *catalogue()[i];
    EXPECT_EQ(json[i]["name"], std::string{definition.name});
    EXPECT_EQ(json[i]["title"], std::string{definition.title});
    EXPECT_EQ(json[i]["description"], std::string{definition.description});
    EXPECT_EQ(json[i]["source"], std::string{definition.source});
    EXPECT_EQ(json[i]["outputs"].size(), definition.outputs.size());
    EXPECT_EQ(json[i]["parameters"].size(), definition.parameters.size());
    EXPECT_EQ(json[i]["default_id"], default_spec(definition).id);
  }
}

TEST(CatalogueJson, WritesEachKindOfParameter) {
  const auto json = nlohmann::json::parse(catalogue_json(), nullptr, false);
  const auto entry = [&json](std::string_view name) {
    return *std::find_if(json.begin(), json.end(), [name](const auto& e) { return e["name"] == std::string{name}; });
  };
  const auto bands = entry("BBANDS");
  EXPECT_EQ(bands["warm_up"], 20);
  EXPECT_EQ(bands["parameters"][0], (nlohmann::json{{"name", "length"},
                                                    {"type", "integer"},
                                                    {"default", 20},
                                                    {"minimum", 2},
                                                    {"maximum", 5000},
                                                    {"choices", nlohmann::json::array()},
                                                    {"convention", false},
                                                    {"description", "bars in the window"}}));
  EXPECT_EQ(bands["parameters"][1]["type"], "number");
  EXPECT_EQ(bands["parameters"][1]["minimum"], 0.01);
  const auto anchor = entry("VWAP")["parameters"][0];
  EXPECT_EQ(anchor["type"], "choice");
  EXPECT_EQ(anchor["default"], "D");
  EXPECT_EQ(anchor["choices"], (nlohmann::json{"D", "W", "M"}));
  EXPECT_TRUE(anchor["minimum"].is_null());
  EXPECT_EQ(entry("MACD")["warm_up"], 34);
  const auto deviation = entry("STDEV");
  EXPECT_EQ(deviation["parameters"][0]["convention"], false);
  EXPECT_EQ(deviation["parameters"][1]["convention"], true);
  EXPECT_EQ(deviation["parameters"][1]["default"], 0);
}

}  // namespace
}  // namespace subd::indicator
