#include "probe/scenario.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::probe {

namespace {

using Kind = ScenarioStep::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 11> kVerbs{{{"connect", Kind::Connect},
                                                                    {"subscribe", Kind::Subscribe},
                                                                    {"unsubscribe", Kind::Unsubscribe},
                                                                    {"heartbeat", Kind::Heartbeat},
                                                                    {"list", Kind::List},
                                                                    {"expect", Kind::Expect},
                                                                    {"expect_none", Kind::ExpectNone},
                                                                    {"wait_for", Kind::WaitFor},
                                                                    {"close", Kind::Close},
                                                                    {"kill", Kind::Kill},
                                                                    {"http", Kind::Http}}};
constexpr std::array<std::string_view, 16> kStepKeys{
    "tab",      "connect", "subscribe", "unsubscribe", "heartbeat", "list",   "expect", "expect_none",
    "wait_for", "close",   "kill",      "http",        "count",     "within", "for",    "refused"};

/// Carries a finished message to parse_scenario; never leaves this file.
struct Mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Reader {
 public:
  Reader(const std::string& file, const Variables& variables) : file_{file}, variables_{variables} {}

  Scenario read(const toml::table& root) {
    check_keys(root, std::array<std::string_view, 5>{"name", "timeout", "silence", "tab", "step"});
    Scenario scenario;
    scenario.name = text(root, "name", file_);
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
  [[noreturn]] void fail(const toml::node& where, const std::string& what) const {
    throw Mistake{fmt::format("{}:{}:{}: {}", file_, where.source().begin.line, where.source().begin.column, what)};
  }

  void check_keys(const toml::table& table, std::span<const std::string_view> allowed) const {
    for (const auto& [key, node] : table) {
      const std::string_view name{key.str()};
      if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
      fail(node, fmt::format("unknown key '{}'{}", name, base::did_you_mean(base::nearest(name, allowed))));
    }
  }

  template <class Visit>
  void for_each_table(const toml::table& root, std::string_view key, Visit visit) const {
    const toml::node* node = root.get(key);
    if (node == nullptr) throw Mistake{fmt::format("{}:1:1: there is no [[{}]]", file_, key)};
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty()) fail(*node, fmt::format("'{}' is a list of tables, [[{}]]", key, key));
    for (const toml::node& entry : *list) {
      if (!entry.is_table()) fail(entry, fmt::format("'{}' is a list of tables, [[{}]]", key, key));
      visit(*entry.as_table());
    }
  }

  [[nodiscard]] std::string string(const toml::node& node, std::string_view key) const {
    if (const auto value = node.value_exact<std::string>()) return expanded(node, *value);
    fail(node, fmt::format("'{}' is a text", key));
  }

  /// With what its `${NAME}` stand for.
  [[nodiscard]] std::string expanded(const toml::node& node, std::string_view text) const {
    std::string out;
    while (true) {
      const auto begin = text.find("${");
      out.append(text.substr(0, begin));
      if (begin == std::string_view::npos) return out;
      text.remove_prefix(begin + 2);
      const auto end = text.find('}');
      if (end == std::string_view::npos) fail(node, "'${' is not closed; a variable is written ${NAME}");
      const auto variable = variables_.find(text.substr(0, end));
      if (variable == variables_.end()) {
        std::vector<std::string_view> names;
        for (const auto& [name, value] : variables_) names.push_back(name);
        fail(node, fmt::format("the variable '{}' has no value{}; give it with --set", text.substr(0, end),
                               base::did_you_mean(base::nearest(text.substr(0, end), names))));
      }
      out += variable->second;
      text.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] std::string text(const toml::table& table, std::string_view key, std::string otherwise) const {
    const toml::node* node = table.get(key);
    return node == nullptr ? otherwise : string(*node, key);
  }

  [[nodiscard]] std::string required_text(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) fail(table, fmt::format("'{}' is missing", key));
    return string(*node, key);
  }

  [[nodiscard]] std::chrono::milliseconds duration(const toml::node& node, std::string_view key) const {
    const auto value = base::parse_duration(string(node, key));
    if (!value) fail(node, fmt::format("'{}' is a duration such as \"250ms\", \"5s\" or \"1min\"", key));
    return *value;
  }

  [[nodiscard]] std::int64_t integer(const toml::node& node, std::string_view key, std::int64_t least,
                                     std::int64_t most) const {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      fail(node, fmt::format("'{}' is a whole number of {} to {}", key, least, most));
    }
    return *value;
  }

  [[nodiscard]] ScenarioTab tab(const toml::table& table, const Scenario& scenario) const {
    check_keys(table, std::array<std::string_view, 4>{"name", "user", "session", "token"});
    ScenarioTab tab;
    tab.name = required_text(table, "name");
    tab.user = text(table, "user", tab.name + "@example.com");
    tab.session = text(table, "session", "");
    for (const auto& other : scenario.tabs) {
      if (other.name == tab.name) fail(*table.get("name"), fmt::format("there are two tabs '{}'", tab.name));
    }
    const std::string token = text(table, "token", "valid");
    if (token == "expired") {
      tab.token = ScenarioTab::Token::Expired;
    } else if (token == "forged") {
      tab.token = ScenarioTab::Token::Forged;
    } else if (token != "valid") {
      fail(*table.get("token"), "'token' is valid, expired or forged");
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

  [[nodiscard]] std::vector<std::string> texts(const toml::node& node, std::string_view key) const {
    const toml::array* list = node.as_array();
    if (list == nullptr) fail(node, fmt::format("'{}' is a list of texts", key));
    std::vector<std::string> values;
    for (const toml::node& entry : *list) values.push_back(string(entry, key));
    return values;
  }

  void add_fields(Match& match, const std::string& prefix, const toml::table& table) const {
    for (const auto& [key, node] : table) {
      const std::string path = prefix + std::string{key.str()};
      if (const toml::table* nested = node.as_table()) {
        add_fields(match, path + '.', *nested);
        continue;
      }
      std::string value;
      if (const auto words = node.value_exact<std::string>()) {
        base::append_json_string(value, expanded(node, *words));
      } else if (const auto whole = node.value_exact<std::int64_t>()) {
        base::append_number(value, *whole);
      } else if (const auto number = node.value_exact<double>()) {
        base::append_number(value, *number);
      } else if (const auto truth = node.value_exact<bool>()) {
        value = *truth ? "true" : "false";
      } else {
        fail(node, fmt::format("'{}' is to be matched with a text, a number, true or false", path));
      }
      match.emplace_back(path, std::move(value));
    }
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

  void read_http(ScenarioStep& step, const toml::node& node) const {
    const toml::table* exchange = node.as_table();
    if (exchange == nullptr) fail(node, "'http' is a table: {url, method, body, status}");
    check_keys(*exchange, std::array<std::string_view, 4>{"url", "method", "body", "status"});
    const std::string url = required_text(*exchange, "url");
    auto where = parse_http_url(url);
    if (!where) fail(*exchange->get("url"), where.error().text);
    step.request.target = std::exchange(where->prefix, {});
    step.where = *std::move(where);
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
           "expect_none, wait_for, close, kill, http");
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
        read_http(step, *action);
        if (const toml::node* who = table.get("tab")) fail(*who, "no tab takes part in 'http'");
        return step;
      case Kind::WaitFor:
        if (action->is_string()) {
          step.kind = Kind::Pause;
          step.limit = duration(*action, "wait_for");
          return step;
        }
        [[fallthrough]];
      default:
        if (!action->is_table()) fail(*action, fmt::format("'{}' is a table of fields to match", verb));
        add_fields(step.match, "", *action->as_table());
        if (step.match.empty()) fail(*action, fmt::format("'{}' matches every message; name a field", verb));
    }
    if (step.tabs.empty()) {
      const toml::node* who = table.get("tab");
      if (who == nullptr) fail(table, fmt::format("'tab' is missing: who is to {}?", verb));
      step.tabs = tabs(*who, scenario);
    } else if (const toml::node* who = table.get("tab")) {
      fail(*who, fmt::format("'{}' names its tab itself", verb));
    }
    return step;
  }

  const std::string& file_;
  const Variables& variables_;
  std::chrono::milliseconds limit_{5000};
};

}  // namespace

base::Result<Scenario, Problem> parse_scenario(std::string_view text, const std::string& file,
                                               const Variables& variables) {
  try {
    return Reader{file, variables}.read(toml::parse(text, file));
  } catch (const Mistake& mistake) {
    return Problem{mistake.what()};
  } catch (const toml::parse_error& error) {
    return Problem{
        fmt::format("{}:{}:{}: {}", file, error.source().begin.line, error.source().begin.column, error.description())};
  }
}

}  // namespace subd::probe
