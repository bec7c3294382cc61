#include <nlohmann/json.hpp>

#include "probe/scenario.hpp"

namespace subd::probe {

namespace {

using Json = nlohmann::json;

/// The value at a dotted path; keys may themselves contain dots, so every way to cut the path is tried, short keys
/// first. Null: there is none.
const Json* find(const Json& node, std::string_view path) {
  if (!node.is_object()) return nullptr;
  for (std::size_t end = path.find('.');; end = path.find('.', end + 1)) {
    const auto member = node.find(path.substr(0, end));
    if (end == std::string_view::npos) return member == node.end() ? nullptr : &*member;
    if (member == node.end()) continue;
    if (const Json* found = find(*member, path.substr(end + 1))) return found;
  }
}

}  // namespace

bool matches(std::string_view message, const Match& match) {
  const Json json = Json::parse(message, nullptr, false);
  if (!json.is_object()) return false;
  for (const auto& [path, expected] : match) {
    const Json* value = find(json, path);
    if (expected == "\"-\"") {
      if (value != nullptr) return false;
    } else if (value == nullptr || (expected != "\"*\"" && *value != Json::parse(expected, nullptr, false))) {
      return false;
    }
  }
  return true;
}

}  // namespace subd::probe
