#include "probe/scenario.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/nearest.hpp"
#include "probe/toml_reader.hpp"

namespace subd::probe {

namespace {

using Kind = ScenarioStep::Kind;

constexpr auto kVerbs = std::to_array<std::pair<std::string_view, Kind>>({{"connect", Kind::Connect},
                                                                          {"subscribe", Kind::Subscribe},
                                                                          {"unsubscribe", Kind::Unsubscribe},
                                                                          {"heartbeat", Kind::Heartbeat},
                                                                          {"list", Kind::List},
                                                                          {"send", Kind::Send},
                                                                          {"expect", Kind::Expect},
                                                                          {"expect_none", Kind::ExpectNone},
                                                                          {"expect_end", Kind::ExpectEnd},
                                                                          {"wait_for", Kind::WaitFor},
                                                                          {"close", Kind::Close},
                                                                          {"kill", Kind::Kill},
                                                                          {"http", Kind::Http},
                                                                          {"control", Kind::Control}});
constexpr auto kStepKeys = std::to_array<std::string_view>(
    {"tab", "connect", "subscribe", "unsubscribe", "heartbeat", "list", "send", "expect", "expect_none", "expect_end",
     "wait_for", "close", "kill", "http", "control", "count", "within", "for", "refused"});

/// What may stand in a request line.
bool is_target(std::string_view text) {
  return text.starts_with('/') && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

class ScenarioReader : private TomlReader {
 public:
  using TomlReader::TomlReader;

  Scenario read(const toml::table& root) {
    check_keys(root, std::array<std::string_view, 5>{"name", "timeout", "silence", "tab", "step"});
    Scenario scenario;
    scenario.name = text(root, "name", file());
    if (const toml::node* node = root.get("timeout")) limit_ = duration(*node, "timeout");
    if (const toml::node* node = root.get("silence")) {
      const bool off = node->value_exact<std::string>() == "off";
      scenario.silence = off ? std::chrono::milliseconds{} : duration(*node, "silence");
    }
    for_each_table(root, "tab", [&](const toml::table& table) { scenario.tabs.push_back(tab(table, scenario)); });
    for_each_table(root, "step", [&](const toml::table& table) { scenario.steps.push_back(step(table, scenario)); });
    return scenario;
  }

 private:
  [[nodiscard]] ScenarioTab tab(const toml::table& table, const Scenario& scenario) const {
    check_keys(table, std::array<std::string_view, 6>{"name", "user", "session", "tier", "token", "path"});
    ScenarioTab tab;
    tab.name = required_text(table, "name");
    tab.user = text(table, "user", tab.name + "@example.com");
    tab.session = text(table, "session", "");
    tab.tier = text(table, "tier", "");
    tab.path = text(table, "path", tab.path);
    if (!is_target(tab.path)) fail(*table.get("path"), "'path' begins with / and has no spaces");
    for (const auto& other : scenario.tabs) {
      if (other.name == tab.name) fail(*table.get("name"), fmt::format("there are two tabs '{}'", tab.name));
    }
    const std::string token = text(table, "token", "valid");
    if (token == "expired") {
      tab.token = ScenarioTab::Token::Expired;
    } else if (token == "forged") {
      tab.token = ScenarioTab::Token::Forged;
    } else if (token == "none") {
      tab.token = ScenarioTab::Token::None;
    } else if (token != "valid") {
      fail(*table.get("token"), "'token' is valid, expired, forged or none");
    }
    return tab;
  }

  [[nodiscard]] std::vector<std::size_t> tabs(const toml::node& node, const Scenario& scenario) const {
    std::vector<std::size_t> found;
    const auto add = [&](const toml::node& entry) {
      const std::string name = string(entry, "tab");
      for (std::size_t i = 0; i < scenario.tabs.size(); ++i) {
        if (scenario.tabs[i].name == name) return found.push_back(i);
      }
      std::vector<std::string_view> names;
      for (const auto& tab : scenario.tabs) names.push_back(tab.name);
      fail(entry, fmt::format("there is no tab '{}'{}", name, base::did_you_mean(base::nearest(name, names))));
    };
    if (const toml::array* list = node.as_array()) {
      for (const toml::node& entry : *list) add(entry);
      if (list->empty()) fail(node, "no tab is named");
    } else {
      add(node);
    }
    return found;
  }

  void read_stream(ScenarioStep& step, const toml::node& node, std::string_view verb) const {
    const toml::table* stream = node.as_table();
    if (stream == nullptr) fail(node, fmt::format("'{}' is a table: {{symbol, timeframe, indicators}}", verb));
    check_keys(*stream,
               std::array<std::string_view, 6>{"symbol", "timeframe", "indicators", "history", "when", "trigger"});
    if (step.kind == Kind::Unsubscribe && stream->empty()) return;  // everything
    step.symbol = required_text(*stream, "symbol");
    step.timeframe = required_text(*stream, "timeframe");
    if (const toml::node* ids = stream->get("indicators")) step.indicators = texts(*ids, "indicators");
    if (const toml::node* history = stream->get("history")) {
      if (step.kind == Kind::Unsubscribe) fail(*history, "'history' goes with subscribe");
      step.history = static_cast<std::uint32_t>(integer(*history, "history", 0, 1'000'000));
    }
    for (const std::string_view key : {"when", "trigger"}) {
      const toml::node* value = stream->get(key);
      if (value == nullptr) continue;
      if (step.kind == Kind::Unsubscribe) fail(*value, fmt::format("'{}' goes with subscribe", key));
      (key == "when" ? step.when.emplace() : step.trigger) = string(*value, key);
    }
  }

  void read_exchange(ScenarioStep& step, const toml::node& node, std::string_view verb,
                     const Scenario& scenario) const {
    const toml::table* exchange = node.as_table();
    const bool over_http = step.kind == Kind::Http;
    const std::string_view place = over_http ? "url" : "path";
    if (exchange == nullptr) fail(node, fmt::format("'{}' is a table: {{{}, method, body, status}}", verb, place));
    if (over_http) {
      check_keys(*exchange, std::to_array<std::string_view>(
                                {"url", "method", "body", "status", "expect", "as", "session", "role"}));
    } else {
      check_keys(*exchange, std::array<std::string_view, 5>{"path", "method", "body", "status", "expect"});
    }
    step.request.target = required_text(*exchange, place);
    if (!step.request.target.starts_with('/') && over_http) {
      auto where = parse_http_url(step.request.target);
      if (!where) fail(*exchange->get(place), where.error().text);
      step.request.target = std::exchange(where->prefix, {});
      step.where = *std::move(where);
    }
    if (!is_target(step.request.target))
      fail(*exchange->get(place), fmt::format("'{}' begins with / and has no spaces", place));
    step.request.method = text(*exchange, "method", "GET");
    const auto& method = step.request.method;
    if (method.empty() || method.size() > 16 ||
        !std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      fail(*exchange->get("method"), "'method' is a word in capitals, such as POST");
    }
    step.request.body = text(*exchange, "body", "");
    if (const toml::node* status = exchange->get("status")) {
      step.status = static_cast<unsigned>(integer(*status, "status", 100, 599));
    }
    if (const toml::node* answer = exchange->get("expect")) step.match = fields(*answer, "expect");
    read_credentials(step, *exchange, scenario);
  }

  void read_credentials(ScenarioStep& step, const toml::table& exchange, const Scenario& scenario) const {
    for (const std::string_view key : {"as", "session", "role"}) {
      if (const toml::node* node = exchange.get(key); node != nullptr && step.where) {
        fail(*node, fmt::format("'{}' is for the server under test, whose url begins with /", key));
      }
    }
    if (const toml::node* as = exchange.get("as")) {
      step.bearer = tabs(*as, scenario).front();
      if (exchange.get("role") != nullptr) fail(*as, "a request is made with a token, 'as', or with a key, 'role'");
    }
    if (const toml::node* session = exchange.get("session")) {
      step.request.headers.emplace_back("X-Session-ID", string(*session, "session"));
    }
    step.role = text(exchange, "role", "");
  }

  [[nodiscard]] ScenarioStep step(const toml::table& table, const Scenario& scenario) const {
    check_keys(table, kStepKeys);
    ScenarioStep step;
    step.line = table.source().begin.line;
    step.limit = limit_;
    const toml::node* action = nullptr;
    std::string_view verb;
    for (const auto& [name, kind] : kVerbs) {
      const toml::node* node = table.get(name);
      if (node == nullptr) continue;
      if (action != nullptr) fail(*node, fmt::format("a step does one thing, this one has {} and {}", verb, name));
      action = node;
      verb = name;
      step.kind = kind;
    }
    if (action == nullptr)
      fail(table,
           "a step has one of connect, subscribe, unsubscribe, heartbeat, list, expect, "
           "expect_none, expect_end, wait_for, send, close, kill, http, control");
    if (const toml::node* node = table.get("within")) step.limit = duration(*node, "within");
    if (const toml::node* node = table.get("for")) {
      if (step.kind != Kind::ExpectNone) fail(*node, "'for' goes with expect_none");
      step.limit = duration(*node, "for");
    }
    if (const toml::node* node = table.get("count")) {
      if (step.kind != Kind::Expect) fail(*node, "'count' goes with expect");
      step.count = static_cast<std::size_t>(integer(*node, "count", 1, 10'000));
    }
    if (const toml::node* node = table.get("refused")) {
      if (step.kind != Kind::Connect && step.kind != Kind::Subscribe) {
        fail(*node, "'refused' goes with connect (an HTTP status) and subscribe (an error code)");
      }
      step.refused =
          node->is_integer() ? std::to_string(integer(*node, "refused", 100, 599)) : string(*node, "refused");
    }
    switch (step.kind) {
      case Kind::Connect:
      case Kind::Heartbeat:
      case Kind::List:
      case Kind::Close:
      case Kind::Kill:
        step.tabs = tabs(*action, scenario);
        break;
      case Kind::Subscribe:
      case Kind::Unsubscribe:
        read_stream(step, *action, verb);
        break;
      case Kind::Http:
      case Kind::Control:
        read_exchange(step, *action, verb, scenario);
        if (const toml::node* who = table.get("tab")) fail(*who, fmt::format("no tab takes part in '{}'", verb));
        return step;
      case Kind::Send:
        step.text = string(*action, verb);
        break;
      case Kind::ExpectEnd:
        step.close_code = static_cast<int>(integer(*action, verb, 1000, 4999));
        break;
      case Kind::WaitFor:
        if (action->is_string()) {
          step.kind = Kind::Pause;
          step.limit = duration(*action, "wait_for");
          return step;
        }
        [[fallthrough]];
      default:
        step.match = fields(*action, verb);
    }
    if (step.tabs.empty()) {
      const toml::node* who = table.get("tab");
      if (who == nullptr) fail(table, fmt::format("'tab' is missing: who is to {}?", verb));
      step.tabs = tabs(*who, scenario);
    } else if (const toml::node* who = table.get("tab")) {
      fail(*who, fmt::format("'{}' names its tab itself", verb));
    }
    check_protocol(step, *action, verb, scenario);
    return step;
  }

  /// The requests of /ws/indicators are put together here; other paths take what `send` says.
  void check_protocol(const ScenarioStep& step, const toml::node& action, std::string_view verb,
                      const Scenario& scenario) const {
    const bool composed = step.kind == Kind::Subscribe || step.kind == Kind::Unsubscribe ||
                          step.kind == Kind::Heartbeat || step.kind == Kind::List;
    if (!composed && step.kind != Kind::Send) return;
    for (const std::size_t who : step.tabs) {
      const ScenarioTab& tab = scenario.tabs[who];
      if (tab.is_judged() == composed) continue;
      fail(action, fmt::format("'{}' is {} tabs of {}, and tab '{}' is of {}", verb, composed ? "for" : "not for",
                               kJudgedPath, tab.name, tab.path));
    }
  }

  std::chrono::milliseconds limit_{5000};
};

}  // namespace

base::Result<Scenario, Problem> parse_scenario(std::string_view text, const std::string& file,
                                               const Variables& variables) {
  try {
    return ScenarioReader{file, variables}.read(toml::parse(text, file));
  } catch (const Mistake& mistake) {
    return Problem{mistake.what()};
  } catch (const toml::parse_error& error) {
    return Problem{
        fmt::format("{}:{}:{}: {}", file, error.source().begin.line, error.source().begin.column, error.description())};
  }
}

}  // namespace subd::probe
