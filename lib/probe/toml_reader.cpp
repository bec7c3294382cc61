#include "probe/toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::probe {

void TomlReader::fail(const toml::node& where, const std::string& what) const {
  throw Mistake{fmt::format("{}:{}:{}: {}", file_, where.source().begin.line, where.source().begin.column, what)};
}

void TomlReader::check_keys(const toml::table& table, std::span<const std::string_view> allowed) const {
  for (const auto& [key, node] : table) {
    const std::string_view name{key.str()};
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    fail(node, fmt::format("unknown key '{}'{}", name, base::did_you_mean(base::nearest(name, allowed))));
  }
}

const toml::array& TomlReader::tables(const toml::table& root, std::string_view key) const {
  const toml::node* node = root.get(key);
  if (node == nullptr) throw Mistake{fmt::format("{}:1:1: there is no [[{}]]", file_, key)};
  const toml::array* list = node->as_array();
  const auto is_table = [](const toml::node& entry) { return entry.is_table(); };
  if (list == nullptr || list->empty() || !std::all_of(list->begin(), list->end(), is_table)) {
    fail(*node, fmt::format("'{}' is a list of tables, [[{}]]", key, key));
  }
  return *list;
}

std::string TomlReader::string(const toml::node& node, std::string_view key) const {
  if (const auto value = node.value_exact<std::string>()) return expanded(node, *value);
  fail(node, fmt::format("'{}' is a text", key));
}

std::string TomlReader::expanded(const toml::node& node, std::string_view text) const {
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

std::string TomlReader::text(const toml::table& table, std::string_view key, std::string otherwise) const {
  const toml::node* node = table.get(key);
  return node == nullptr ? std::move(otherwise) : string(*node, key);
}

std::string TomlReader::required_text(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) fail(table, fmt::format("'{}' is missing", key));
  return string(*node, key);
}

std::chrono::milliseconds TomlReader::duration(const toml::node& node, std::string_view key) const {
  const auto value = base::parse_duration(string(node, key));
  if (!value) fail(node, fmt::format("'{}' is a duration such as \"250ms\", \"5s\" or \"1min\"", key));
  return *value;
}

std::int64_t TomlReader::integer(const toml::node& node, std::string_view key, std::int64_t least,
                                 std::int64_t most) const {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < least || *value > most) {
    fail(node, fmt::format("'{}' is a whole number of {} to {}", key, least, most));
  }
  return *value;
}

std::vector<std::string> TomlReader::texts(const toml::node& node, std::string_view key) const {
  const toml::array* list = node.as_array();
  if (list == nullptr) fail(node, fmt::format("'{}' is a list of texts", key));
  std::vector<std::string> values;
  for (const toml::node& entry : *list) values.push_back(string(entry, key));
  return values;
}

void TomlReader::add_fields(Match& match, const std::string& prefix, const toml::table& table) const {
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

Match TomlReader::fields(const toml::node& node, std::string_view verb) const {
  const toml::table* table = node.as_table();
  if (table == nullptr) fail(node, fmt::format("'{}' is a table of fields to match", verb));
  Match match;
  add_fields(match, "", *table);
  if (match.empty()) fail(node, fmt::format("'{}' matches every message; name a field", verb));
  return match;
}

}  // namespace subd::probe
