#include "config/keys.hpp"

#include <algorithm>

#include "base/time_text.hpp"
#include "config/value.hpp"

namespace subd::config {
namespace {

struct TypeName {
  std::string_view operator()(const Endpoint*) const { return "address"; }
  std::string_view operator()(const std::optional<Endpoint>*) const { return "address or empty"; }
  std::string_view operator()(const std::uint32_t*) const { return "integer"; }
  std::string_view operator()(const std::size_t*) const { return "size"; }
  std::string_view operator()(const double*) const { return "number"; }
  std::string_view operator()(const Duration*) const { return "duration"; }
  std::string_view operator()(const bool*) const { return "boolean"; }
  std::string_view operator()(const std::vector<std::string>*) const { return "list of strings"; }
  std::string_view operator()(const std::vector<base::IpNetwork>*) const { return "list of networks"; }
  std::string_view operator()(const FeedSources*) const { return "string or list of strings"; }
  std::string_view operator()(const std::vector<ExpiryTime>*) const { return "times of day"; }
  template <class Text>
  std::string_view operator()(const Text*) const {
    return "string";
  }
};

}  // namespace

const Key* find_key(std::string_view section, std::string_view name) {
  const std::span<const Key> all = keys();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Key& key) { return key.section == section && key.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string Key::path() const {
  return std::string{section} + "." + std::string{name};
}

std::string environment_name(std::string_view section, std::string_view key) {
  std::string text = "SUBD_" + std::string{section} + "_" + std::string{key};
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string_view Key::type_name() const {
  Config any;
  return std::visit(TypeName{}, slot(any));
}

std::string Key::allowed() const {
  if (!choices.empty()) {
    std::string text = "one of ";
    for (const std::string_view choice : choices) {
      if (choice != choices.front()) text += ", ";
      text += choice;
    }
    return text;
  }
  if (range.most == 0) return {};
  if (type_name() == "duration") {
    return base::duration_text(Duration{range.least}) + " to " + base::duration_text(Duration{range.most});
  }
  return std::to_string(range.least) + " to " + std::to_string(range.most);
}

std::string Key::default_text() const {
  Config defaults;
  return toml_text(slot(defaults));
}

}  // namespace subd::config
