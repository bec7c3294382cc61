#include "ssi/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::ssi {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 64;
/// Beyond every sum of money that a market moves, and far within what a double counts.
constexpr double kMost = 1e18;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letters(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_symbol_character(char c) noexcept {
  return std::isgraph(static_cast<unsigned char>(c)) != 0 && c != '"' && c != '\\' && c != ',';
}

std::optional<double> number_of(const json& value) {
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? base::parse_number(value.get_ref<const std::string&>()) : std::nullopt;
}

/// `14/08/2026`
std::optional<std::chrono::sys_days> day_of(std::string_view text) {
  constexpr std::size_t kLength = 10;
  if (text.size() != kLength || text[2] != '/' || text[5] != '/') return std::nullopt;
  const auto iso = fmt::format("{}-{}-{}", text.substr(6, 4), text.substr(3, 2), text.substr(0, 2));
  const auto date = base::parse_date(iso);
  if (!date || date->year() < std::chrono::year{2000} || date->year() > std::chrono::year{2199}) return std::nullopt;
  return std::chrono::sys_days{*date};
}

/// `14:45:00`, by the rules of ISO times.
std::optional<std::chrono::milliseconds> time_of_day(std::string_view text) {
  constexpr std::size_t kShortest = 8;
  if (text.size() < kShortest || text.find_first_not_of("0123456789:.") != std::string_view::npos) return std::nullopt;
  const auto time = base::parse_time(fmt::format("1970-01-01T{}", text));
  return time ? std::optional{time->time_since_epoch()} : std::nullopt;
}

}  // namespace

const json* find_member(const json& object, std::string_view name) {
  if (const auto it = object.find(name); it != object.end()) return &*it;
  for (const auto& [key, value] : object.items()) {
    if (same_letters(key, name)) return &value;
  }
  return nullptr;
}

std::string shown(const json& value) {
  constexpr std::size_t kMostBytes = 40;
  if (value.is_array()) return fmt::format("a list of {}", value.size());
  if (value.is_object()) return "an object";
  std::string text = value.dump(-1, ' ', true);  // ASCII, so that it can be cut anywhere
  if (text.size() > kMostBytes) text = text.substr(0, kMostBytes) + "...";
  return text;
}

const json* Fields::find(Names names) const {
  for (const std::string_view name : names) {
    const json* value = find_member(object_, name);
    if (value == nullptr || value->is_null()) continue;
    if (value->is_string() && value->get_ref<const std::string&>().empty()) continue;
    return value;
  }
  return nullptr;
}

void Fields::refuse(std::string_view name, std::string_view allowed, const json* value) {
  if (problem_) return;
  problem_ = fmt::format("{} must be {}, got {}", name, allowed, value != nullptr ? shown(*value) : "nothing");
}

double Fields::number(Names names, double least) {
  const json* value = find(names);
  if (value == nullptr) return kUnknown;
  const auto out = number_of(*value);
  if (out && *out >= least && *out <= kMost) return *out;
  refuse(*names.begin(), least < 0 ? "a number" : "a number from 0", value);
  return kUnknown;
}

double Fields::signed_number(Names names) {
  return number(names, -kMost);
}

double Fields::count(Names names) {
  return number(names, 0);
}

double Fields::price(Names names) {
  const double out = number(names, 0);
  return out > 0 ? out : kUnknown;
}

double Fields::required_price(Names names) {
  if (find(names) == nullptr) refuse(*names.begin(), "a number from 0", nullptr);
  return price(names);
}

std::string Fields::required_symbol(Names names) {
  const json* value = find(names);
  if (value != nullptr && value->is_string()) {
    const auto& symbol = value->get_ref<const std::string&>();
    if (symbol.size() <= kLongestText && std::all_of(symbol.begin(), symbol.end(), is_symbol_character)) return symbol;
  }
  refuse(*names.begin(), "1 to 64 printable ASCII characters without spaces, quotes, commas and backslashes", value);
  return {};
}

std::string Fields::text(Names names) {
  const json* value = find(names);
  if (value == nullptr) return {};
  if (value->is_string() && value->get_ref<const std::string&>().size() <= kLongestText) {
    return value->get<std::string>();
  }
  refuse(*names.begin(), "text of at most 64 bytes", value);
  return {};
}

Moment Fields::moment() {
  Moment out;
  if (const json* value = find({"TradingDate"})) {
    if (value->is_string()) out.day = day_of(value->get_ref<const std::string&>());
    if (!out.day) refuse("TradingDate", "a day as dd/mm/yyyy", value);
  }
  const json* value = find({"Time", "TradingTime"});
  const auto time =
      value != nullptr && value->is_string() ? time_of_day(value->get_ref<const std::string&>()) : std::nullopt;
  if (!time) refuse("Time", "a time of day as hh:mm:ss", value);
  out.time_of_day = time.value_or(std::chrono::milliseconds{0});
  return out;
}

}  // namespace subd::ssi
