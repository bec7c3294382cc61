#include "config/toml_file.hpp"

#include <fcntl.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <system_error>

#include "base/nearest.hpp"

namespace subd::config {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;
constexpr std::size_t kSuggestBytes = 64;
constexpr std::string_view kExchange = "exchange";

std::string place(const std::string& name, const toml::source_region& region) {
  return name + ":" + std::to_string(region.begin.line) + ":" + std::to_string(region.begin.column);
}

std::string shortened(std::string_view name) {
  RawValue raw{true, std::string{name}};
  return raw.shown();
}

std::string date_text(const toml::date& date) {
  std::ostringstream out;
  out << date;
  return out.str();
}

RawValue raw_value(const toml::node& node) {
  if (const auto* text = node.as_string()) return {false, text->get()};
  if (const auto* number = node.as_integer()) return {false, number->get()};
  if (const auto* number = node.as_floating_point()) return {false, number->get()};
  if (const auto* boolean = node.as_boolean()) return {false, boolean->get()};
  if (node.is_table()) return {false, RawValue::Other{"table"}};
  const toml::array* array = node.as_array();
  if (array == nullptr) return {false, RawValue::Other{"date or time"}};
  std::vector<std::string> items;
  for (const toml::node& item : *array) {
    if (const auto* text = item.as_string()) {
      items.push_back(text->get());
    } else if (const auto* date = item.as_date()) {
      items.push_back(date_text(date->get()));
    } else {
      return {false, RawValue::Other{"list of something else than strings"}};
    }
  }
  return {false, std::move(items)};
}

std::string unknown_section(std::string_view name) {
  std::string message = "unknown section";
  const bool is_key = std::any_of(keys().begin(), keys().end(), [name](const Key& key) { return key.name == name; });
  if (is_key) {
    message = "stands outside of any section; it belongs under";
    const char* separator = " [";
    for (const Key& key : keys()) {
      if (key.name != name) continue;
      message += separator + std::string{key.section} + "]";
      separator = " or [";
    }
    return message;
  }
  std::vector<std::string_view> known{sections().begin(), sections().end()};
  known.push_back(kExchange);
  if (name.size() <= kSuggestBytes) message += base::did_you_mean(base::nearest(name, known));
  return message;
}

std::string unknown_key(std::string_view section, std::string_view name) {
  std::vector<std::string_view> here;
  std::string elsewhere;
  for (const Key& key : keys()) {
    if (key.section == section) here.push_back(key.name);
    if (key.name == name) elsewhere += (elsewhere.empty() ? "" : " or ") + ("[" + std::string{key.section} + "]");
  }
  if (!elsewhere.empty()) return "unknown key here; it belongs under " + elsewhere;
  std::string message = "unknown key";
  if (name.size() <= kSuggestBytes) message += base::did_you_mean(base::nearest(name, here));
  return message;
}

void read_section(TomlContents& contents, const std::string& file, std::string_view section, const toml::table& table) {
  for (const auto& item : table) {
    const std::string_view name = item.first.str();
    const std::string source = place(file, item.first.source());
    if (const Key* key = find_key(section, name)) {
      contents.entries.push_back({key, raw_value(item.second), place(file, item.second.source())});
    } else {
      contents.problems.push_back(
          {source, std::string{section} + "." + shortened(name), {}, unknown_key(section, name)});
    }
  }
}

/// An [exchange.NAME] table: its keys, and the dates of the table within.
void read_exchange(TomlContents& contents, const std::string& file, const toml::key& name, const toml::table& table) {
  const std::string exchange{name.str()};
  contents.exchanges.push_back({exchange, {}, {false, RawValue::Other{"table"}}, place(file, name.source())});
  for (const auto& [key, node] : table) {
    const toml::table* dates = node.as_table();
    if (dates == nullptr || key.str() != "special_days") {
      const bool is_known =
          std::find(exchange_keys().begin(), exchange_keys().end(), key.str()) != exchange_keys().end();
      const toml::source_region& at = is_known ? node.source() : key.source();
      contents.exchanges.push_back({exchange, std::string{key.str()}, raw_value(node), place(file, at)});
      continue;
    }
    for (const auto& [date, sessions] : *dates) {
      contents.exchanges.push_back({exchange, std::string{key.str()} + "." + std::string{date.str()},
                                    raw_value(sessions), place(file, sessions.source())});
    }
  }
}

void read_exchanges(TomlContents& contents, const std::string& file, const toml::key& key, const toml::node& node) {
  const auto refuse = [&](const toml::key& at, std::string path, const RawValue& value) {
    contents.problems.push_back({place(file, at.source()), std::move(path), value.shown(),
                                 "is a section of tables: write [exchange.NAME] and the keys of the exchange below"});
  };
  const toml::table* tables = node.as_table();
  if (tables == nullptr) return refuse(key, std::string{kExchange}, raw_value(node));
  for (const auto& [name, table] : *tables) {
    if (table.is_table()) {
      read_exchange(contents, file, name, *table.as_table());
    } else {
      refuse(name, std::string{kExchange} + "." + shortened(name.str()), raw_value(table));
    }
  }
}

}  // namespace

TomlContents read_toml(std::string_view text, const std::string& name) {
  TomlContents contents;
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    contents.problems.push_back({place(name, error.source()), {}, {}, "not TOML: " + std::string{error.description()}});
    return contents;
  }
  for (const auto& item : root) {
    const std::string_view section = item.first.str();
    if (section == kExchange) {
      read_exchanges(contents, name, item.first, item.second);
      continue;
    }
    const bool is_known = std::find(sections().begin(), sections().end(), section) != sections().end();
    const toml::table* table = item.second.as_table();
    if (is_known && table != nullptr) {
      read_section(contents, name, section, *table);
    } else {
      const std::string message =
          is_known ? "is a section: write [" + std::string{section} + "] and its keys below" : unknown_section(section);
      contents.problems.push_back({place(name, item.first.source()), shortened(section), {}, message});
    }
  }
  return contents;
}

base::Result<std::string, Diagnostic> read_file(const std::string& path) {
  const auto unreadable = [&path](int error) {
    return Diagnostic{path, {}, {}, "cannot be read: " + std::generic_category().message(error)};
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return unreadable(errno);
  std::string text;
  int error = 0;
  while (text.size() <= kMaxFileBytes) {
    const std::size_t had = text.size();
    text.resize(had + std::size_t{16} * 1024);
    const ssize_t got = ::read(descriptor, text.data() + had, text.size() - had);
    text.resize(had + static_cast<std::size_t>(got < 0 ? 0 : got));
    if (got == 0) break;
    if (got < 0 && errno != EINTR) {
      error = errno;
      break;
    }
  }
  ::close(descriptor);
  if (error != 0) return unreadable(error);
  if (text.size() > kMaxFileBytes) return Diagnostic{path, {}, {}, "is larger than 1 MiB"};
  return {boost::system::in_place_value, std::move(text)};
}

}  // namespace subd::config
