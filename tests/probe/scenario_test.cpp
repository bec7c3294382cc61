#include "probe/scenario.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/paths.hpp"

namespace subd::probe {
namespace {

constexpr std::string_view kTab = "[[tab]]\nname = \"alice\"\n";

/// The problem with a file of one tab and this step.
std::string problem(std::string_view step) {
  const auto scenario = parse_scenario(std::string{kTab} + "[[step]]\n" + std::string{step}, "f.toml");
  return scenario ? "" : scenario.error().text;
}

TEST(Scenario, ReadsEveryKindOfStep) {
  const auto scenario = parse_scenario(R"(name = "all"
timeout = "2s"
[[tab]]
name = "alice"
session = "s1"
[[tab]]
name = "thief"
user = "bob@example.com"
token = "forged"
[[step]]
connect = ["alice", "thief"]
within = "1min"
[[step]]
tab = "alice"
subscribe = { symbol = "NIFTY50", timeframe = "1s", indicators = ["RSI"], history = 7, when = "RSI > 70", trigger = "edge" }
refused = "unknown_symbol"
[[step]]
tab = "alice"
expect = { type = "snapshot", seq = 3, indicators.RSI_14_100 = "*" }
count = 2
[[step]]
tab = ["alice"]
expect_none = { type = "error" }
for = "250ms"
[[step]]
wait_for = "1s"
[[step]]
tab = "thief"
wait_for = { type = "status" }
[[step]]
tab = "alice"
unsubscribe = {}
[[step]]
heartbeat = "alice"
[[step]]
list = "alice"
[[step]]
close = "alice"
[[step]]
kill = "thief"
)",
                                       "all.toml");
  ASSERT_TRUE(scenario) << scenario.error().text;
  EXPECT_EQ(scenario->name, "all");
  EXPECT_EQ(scenario->tabs[0].user, "alice@example.com");
  EXPECT_EQ(scenario->tabs[1].token, ScenarioTab::Token::Forged);
  using Kind = ScenarioStep::Kind;
  const std::vector<Kind> kinds{Kind::Connect, Kind::Subscribe, Kind::Expect,      Kind::ExpectNone,
                                Kind::Pause,   Kind::WaitFor,   Kind::Unsubscribe, Kind::Heartbeat,
                                Kind::List,    Kind::Close,     Kind::Kill};
  ASSERT_EQ(scenario->steps.size(), kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) EXPECT_EQ(scenario->steps[i].kind, kinds[i]) << i;
  EXPECT_EQ(scenario->steps[0].tabs, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(scenario->steps[0].limit, std::chrono::minutes{1});
  EXPECT_EQ(scenario->steps[1].limit, std::chrono::seconds{2});
  EXPECT_EQ(scenario->steps[1].history, 7U);
  EXPECT_EQ(scenario->steps[1].when, "RSI > 70");
  EXPECT_EQ(scenario->steps[1].trigger, "edge");
  EXPECT_EQ(scenario->steps[1].refused, "unknown_symbol");
  EXPECT_EQ(scenario->steps[2].count, 2U);
  EXPECT_EQ(scenario->steps[2].match.size(), 3U);
  EXPECT_EQ(scenario->steps[3].limit, std::chrono::milliseconds{250});
  EXPECT_TRUE(scenario->steps[6].symbol.empty());
  EXPECT_EQ(scenario->steps[2].line, 17U);
}

TEST(Scenario, MistakesAreToldWithLineAndReason) {
  EXPECT_EQ(problem("conect = \"alice\"").rfind("f.toml:4:", 0), 0U);
  EXPECT_NE(problem("conect = \"alice\"").find("did you mean connect?"), std::string::npos);
  EXPECT_NE(problem("connect = \"alise\"").find("there is no tab 'alise'; did you mean alice?"), std::string::npos);
  EXPECT_NE(problem("connect = \"alice\"\nclose = \"alice\"").find("one thing"), std::string::npos);
  EXPECT_NE(problem("within = \"1s\"").find("a step has one of"), std::string::npos);
  EXPECT_NE(problem("heartbeat = \"alice\"\nwithin = \"soon\"").find("is a duration"), std::string::npos);
  EXPECT_NE(problem("subscribe = { symbol = \"A\", timeframe = \"1s\" }").find("'tab' is missing"), std::string::npos);
  EXPECT_NE(problem("tab = \"alice\"\nsubscribe = { symbol = \"A\" }").find("'timeframe' is missing"),
            std::string::npos);
  EXPECT_NE(problem("tab = \"alice\"\nexpect = {}").find("matches every message"), std::string::npos);
  EXPECT_NE(problem("tab = \"alice\"\nexpect = { a = 1 }\ncount = 0").find("1 to 10000"), std::string::npos);
  EXPECT_NE(problem("tab = \"alice\"\nexpect = { a = 1 }\nfor = \"1s\"").find("'for' goes with expect_none"),
            std::string::npos);
  EXPECT_NE(problem("connect = [").find("f.toml:"), std::string::npos);
  EXPECT_NE(parse_scenario(kTab, "f.toml").error().text.find("no [[step]]"), std::string::npos);
  EXPECT_NE(parse_scenario("[[tab]]\nname=\"a\"\n[[tab]]\nname=\"a\"\n", "f").error().text.find("two tabs"),
            std::string::npos);
}

TEST(Scenario, HttpStepsAskWhatTheVariablesSay) {
  const Variables variables{{"faults", "http://127.0.0.1:8474"}, {"name", "kite"}};
  const auto scenario = parse_scenario(R"(silence = "off"
[[tab]]
name = "${name}"
[[step]]
http = { url = "${faults}/proxies/${name}/toxics?x=1", method = "POST", body = "{}", status = 201 }
[[step]]
http = { url = "http://[::1]:80" }
within = "1s"
)",
                                       "h.toml", variables);
  ASSERT_TRUE(scenario) << scenario.error().text;
  EXPECT_EQ(scenario->silence, std::chrono::milliseconds{});
  EXPECT_EQ(scenario->tabs[0].name, "kite");
  const auto& first = scenario->steps[0];
  EXPECT_EQ(first.kind, ScenarioStep::Kind::Http);
  ASSERT_TRUE(first.where);
  EXPECT_EQ(first.where->authority(), "127.0.0.1:8474");
  EXPECT_EQ(first.request.target, "/proxies/kite/toxics?x=1");
  EXPECT_EQ(first.request.method, "POST");
  EXPECT_EQ(first.request.body, "{}");
  EXPECT_EQ(first.status, 201U);
  const auto& second = scenario->steps[1];
  ASSERT_TRUE(second.where);
  EXPECT_EQ(second.where->host, "::1");
  EXPECT_EQ(second.request.target, "/");
  EXPECT_EQ(second.request.method, "GET");
  EXPECT_EQ(second.limit, std::chrono::seconds{1});
}

TEST(Scenario, MistakesInHttpStepsAreTold) {
  EXPECT_NE(problem("http = { url = \"${fault}/x\" }").find("the variable 'fault' has no value"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"${fault\" }").find("not closed"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"ftp://h:1\" }").find("the scheme is not http://"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"http://h\" }").find("there is no port"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"http://h:1/a b\" }").find("no spaces"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"http://h:1\", method = \"get\" }").find("capitals"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"http://h:1\", status = 99 }").find("100 to 599"), std::string::npos);
  EXPECT_NE(problem("http = { method = \"GET\" }").find("'url' is missing"), std::string::npos);
  EXPECT_NE(problem("http = \"http://h:1\"").find("is a table"), std::string::npos);
  EXPECT_NE(problem("tab = \"alice\"\nhttp = { url = \"http://h:1\" }").find("no tab takes part"), std::string::npos);
}

TEST(Scenario, TabsOfOtherPathsAndRequestsOfTheServerItself) {
  const auto scenario = parse_scenario(R"([[tab]]
name = "alice"
tier = "pro"
[[tab]]
name = "market"
path = "/ws/market?x=1"
token = "none"
[[step]]
tab = "market"
send = '{"type":"heartbeat"}'
[[step]]
tab = ["alice", "market"]
expect_end = 4001
[[step]]
http = { url = "/indicators/subscribe", method = "POST", as = "alice", session = "s1", body = "{}", expect = { type = "subscribed" } }
[[step]]
http = { url = "/ingest", role = "signals" }
[[step]]
control = { path = "/v1/status", expect = { "draining" = false } }
)",
                                       "p.toml");
  ASSERT_TRUE(scenario) << scenario.error().text;
  EXPECT_EQ(scenario->tabs[0].tier, "pro");
  EXPECT_TRUE(scenario->tabs[0].is_judged());
  EXPECT_FALSE(scenario->tabs[1].is_judged());
  EXPECT_EQ(scenario->tabs[1].path, "/ws/market?x=1");
  EXPECT_EQ(scenario->tabs[1].token, ScenarioTab::Token::None);
  EXPECT_EQ(scenario->steps[0].text, R"({"type":"heartbeat"})");
  EXPECT_EQ(scenario->steps[1].close_code, 4001);
  const auto& asked = scenario->steps[2];
  EXPECT_FALSE(asked.where);
  EXPECT_EQ(asked.bearer, 0U);
  using Headers = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(asked.request.headers, (Headers{{"X-Session-ID", "s1"}}));
  EXPECT_EQ(asked.match.size(), 1U);
  EXPECT_EQ(scenario->steps[3].role, "signals");
  EXPECT_EQ(scenario->steps[4].kind, ScenarioStep::Kind::Control);
  EXPECT_EQ(scenario->steps[4].request.target, "/v1/status");
}

TEST(Scenario, MistakesInTabsAndRequestsOfTheServerAreTold) {
  const auto of_market = [](std::string_view step) {
    const auto scenario = parse_scenario(
        "[[tab]]\nname = \"m\"\npath = \"/ws/market\"\n[[step]]\ntab = \"m\"\n" + std::string{step}, "f.toml");
    return scenario ? "" : scenario.error().text;
  };
  EXPECT_NE(of_market("subscribe = { symbol = \"A\", timeframe = \"1s\" }")
                .find("'subscribe' is for tabs of /ws/indicators, and tab 'm' is of /ws/market"),
            std::string::npos);
  EXPECT_NE(problem("tab = \"alice\"\nsend = \"x\"").find("'send' is not for tabs of /ws/indicators"),
            std::string::npos);
  EXPECT_NE(problem("tab = \"alice\"\nexpect_end = 999").find("1000 to 4999"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"/x y\" }").find("begins with / and has no spaces"), std::string::npos);
  EXPECT_NE(problem("http = { url = \"http://h:1\", as = \"alice\" }").find("'as' is for the server under test"),
            std::string::npos);
  EXPECT_NE(problem("http = { url = \"/x\", as = \"alice\", role = \"admin\" }").find("with a token"),
            std::string::npos);
  EXPECT_NE(problem("http = { url = \"/x\", as = \"bob\" }").find("there is no tab 'bob'"), std::string::npos);
  EXPECT_NE(problem("control = { url = \"/v1/status\" }").find("unknown key 'url'"), std::string::npos);
  EXPECT_NE(problem("control = { path = \"v1\" }").find("begins with /"), std::string::npos);
  const auto path = parse_scenario("[[tab]]\nname = \"m\"\npath = \"ws\"\n", "f.toml");
  EXPECT_NE(path.error().text.find("'path' begins with /"), std::string::npos);
}

TEST(Scenario, MatchesByDottedPath) {
  const std::string_view message =
      R"({"type":"market_update","seq":3,"closed":true,"price":1.50,"indicators":{"RSI_14_100":6,"PSAR_0.02_0.2":1,"M":{"a":null}}})";
  EXPECT_TRUE(matches(message, {{"type", "\"market_update\""}, {"seq", "3"}, {"closed", "true"}, {"price", "1.5"}}));
  EXPECT_TRUE(matches(message, {{"indicators.RSI_14_100", "\"*\""}, {"indicators.SMA_20", "\"-\""}}));
  EXPECT_TRUE(matches(message, {{"indicators.PSAR_0.02_0.2", "1"}, {"indicators.M.a", "\"*\""}}));
  EXPECT_FALSE(matches(message, {{"indicators.RSI_14_100", "\"-\""}}));
  EXPECT_FALSE(matches(message, {{"indicators.SMA_20", "\"*\""}}));
  EXPECT_FALSE(matches(message, {{"type", "\"snapshot\""}}));
  EXPECT_FALSE(matches(message, {{"type.name", "\"*\""}}));
  EXPECT_FALSE(matches("not json", {{"type", "\"-\""}}));
}

TEST(Scenario, ExamplesAreSound) {
  std::size_t files = 0;
  const Variables variables{
      {"upstream", "http://127.0.0.1:1"}, {"symbol", "S"}, {"other", "T"}, {"token", "1"}, {"RUN", "r"}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator{SUBD_SOURCE_DIR "/tests/e2e/scenarios"}) {
    if (!entry.is_regular_file()) continue;
    std::ifstream stream{entry.path()};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    const auto scenario = parse_scenario(text, entry.path().filename(), variables);
    EXPECT_TRUE(scenario) << scenario.error().text;
    ++files;
  }
  EXPECT_GE(files, 3U);
}

}  // namespace
}  // namespace subd::probe
