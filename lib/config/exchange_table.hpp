#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/value.hpp"
#include "market/calendar_rules.hpp"

namespace subd::config {

/// A key of an [exchange.NAME] table, and where. `key` is `special_days.2025-10-21` for a date of the table in the
/// table, and empty for the table itself.
struct ExchangeEntry {
  std::string exchange;
  std::string key;
  RawValue value;
  std::string source;
};

/// Where values were set: `exchange.NSE.sessions` -> `subd.toml:3:10`.
using Origins = std::map<std::string, std::string, std::less<>>;

/// The keys of such a table, in the order of the documentation.
[[nodiscard]] std::span<const std::string_view> exchange_keys();

/// Lays `entries` over `exchanges`, which are sorted by name and stay so: a table changes the exchange of its name, or
/// adds one. Notes where each value comes from, and tells what is wrong; an exchange that cannot be is left out or as
/// it was.
[[nodiscard]] Diagnostics apply_exchanges(std::span<const ExchangeEntry> entries,
                                          std::vector<market::CalendarRules>& exchanges, Origins& origins);

/// The table of an exchange as TOML that reads back, where each value comes from as a comment.
[[nodiscard]] std::string exchange_text(const market::CalendarRules& rules, const Origins& origins);

}  // namespace subd::config
