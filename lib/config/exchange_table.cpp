#include "config/exchange_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/time_text.hpp"
#include "config/exchange_text.hpp"

namespace subd::config {
namespace {

using market::CalendarRules;
using market::Observance;
using Refusal = std::optional<std::string>;

constexpr std::size_t kMaxExchanges = 64;
constexpr std::size_t kLongestName = 16;
constexpr std::size_t kSuggestBytes = 64;
constexpr std::string_view kSpecialDays = "special_days";
constexpr std::array<std::string_view, 9> kKeys{"time_zone", "sessions",   "days",     "day_starts", "observes",
                                                "holidays",  kSpecialDays, "pre_open", "post_close"};
constexpr std::array kObservances{Observance::None, Observance::India, Observance::IndiaCommodities,
                                  Observance::NewYork};

std::string path_of(std::string_view exchange, std::string_view key) {
  return "exchange." + std::string{exchange} + (key.empty() ? "" : ".") + std::string{key};
}

std::string quoted(std::string_view text) {
  std::string out;
  base::append_json_string(out, text);
  return out;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
}

const std::string* text_of(const RawValue& raw) {
  return std::get_if<std::string>(&raw.value);
}

Refusal assign_sessions(const RawValue& raw, bool may_be_empty, std::vector<market::SessionHours>& out) {
  const auto* list = std::get_if<std::vector<std::string>>(&raw.value);
  std::vector<market::SessionHours> sessions;
  bool good = list != nullptr && (may_be_empty || !list->empty());
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    const auto session = parse_session((*list)[i]);
    good = session.has_value();
    if (good) sessions.push_back(*session);
  }
  if (!good) {
    const std::string refusal = R"(must be a list of sessions HH:MM-HH:MM, such as ["09:15-15:30"])";
    return may_be_empty ? refusal + ", or [] for a holiday" : refusal;
  }
  out = std::move(sessions);
  return std::nullopt;
}

Refusal assign_holidays(const RawValue& raw, CalendarRules& rules) {
  constexpr const char* kRefusal = R"(must be a list of dates from 1970 to 2099, such as [2025-10-21, 2025-11-05])";
  const auto* list = std::get_if<std::vector<std::string>>(&raw.value);
  if (list == nullptr) return kRefusal;
  std::vector<market::TradingDay> days;
  for (const std::string& text : *list) {
    const auto day = parse_date(text);
    if (!day) return kRefusal;
    days.push_back(*day);
  }
  for (const market::TradingDay day : days) rules.special_days[day].clear();
  return std::nullopt;
}

Refusal assign_special_day(std::string_view date, const RawValue& raw, CalendarRules& rules) {
  const auto day = parse_date(date);
  if (!day) return "must be named by a date from 1970 to 2099, such as 2025-10-21";
  if (rules.special_days.count(*day) != 0) return "is among the holidays already";
  std::vector<market::SessionHours> sessions;
  if (auto refusal = assign_sessions(raw, true, sessions)) return refusal;
  rules.special_days.emplace(*day, std::move(sessions));
  return std::nullopt;
}

Refusal assign_observance(const RawValue& raw, Observance& out) {
  std::vector<std::string_view> names;
  for (const Observance known : kObservances) {
    names.push_back(market::observance_name(known));
    if (text_of(raw) != nullptr && *text_of(raw) == names.back()) {
      out = known;
      return std::nullopt;
    }
  }
  std::string refusal = "must be one of";
  for (const std::string_view name : names) refusal += (name == names.front() ? " " : ", ") + std::string{name};
  const std::string_view text = text_of(raw) == nullptr ? std::string_view{} : *text_of(raw);
  return refusal + (text.size() <= kSuggestBytes ? base::did_you_mean(base::nearest(text, names)) : "");
}

Refusal assign_window(const RawValue& raw, std::chrono::milliseconds& out) {
  const auto window = text_of(raw) == nullptr ? std::nullopt : base::parse_duration(*text_of(raw));
  if (!window || *window > CalendarRules::kLongestWindow)
    return R"(must be a duration from 0s to 12h, such as "15min")";
  out = *window;
  return std::nullopt;
}

template <class T>
Refusal assign_parsed(const std::optional<T>& parsed, T& out, const char* refusal) {
  if (!parsed) return refusal;
  out = *parsed;
  return std::nullopt;
}

Refusal assign(std::string_view key, const RawValue& raw, CalendarRules& rules) {
  const std::string_view text = text_of(raw) == nullptr ? std::string_view{} : *text_of(raw);
  if (key == "time_zone") {
    rules.time_zone = text;  // find_problem() knows which there are
    return std::nullopt;
  }
  if (key == "sessions") return assign_sessions(raw, false, rules.sessions);
  if (key == "days") {
    return assign_parsed(parse_weekdays(text), rules.weekdays,
                         R"(must be days such as "Mon-Fri", "Sun-Thu", "Mon,Wed,Fri" or "all")");
  }
  if (key == "day_starts") {
    return assign_parsed(parse_day_start(text), rules.day_starts,
                         R"(must be a time such as "06:00" or "17:00 the day before")");
  }
  if (key == "observes") return assign_observance(raw, rules.observes);
  if (key == "holidays") return assign_holidays(raw, rules);
  if (key == "pre_open") return assign_window(raw, rules.pre_open);
  if (key == "post_close") return assign_window(raw, rules.post_close);
  if (key == kSpecialDays) return R"(must be a table of dates, such as {2025-10-21 = ["13:45-14:45"]})";
  if (key.starts_with(kSpecialDays) && key[kSpecialDays.size()] == '.') {
    return assign_special_day(key.substr(kSpecialDays.size() + 1), raw, rules);
  }
  return "unknown key" + (key.size() <= kSuggestBytes ? base::did_you_mean(base::nearest(key, kKeys)) : "");
}

/// One table of the file: what it makes of the exchange of its name.
class TableReader {
 public:
  TableReader(std::span<const ExchangeEntry> entries, Origins& origins) : entries_{entries}, origins_{origins} {}

  /// True when `rules` hold all of it and are sound; else they are to be thrown away.
  bool read(CalendarRules& rules, bool is_new) {
    for (const ExchangeEntry& entry : entries_) {
      if (!entry.key.empty()) read(entry, rules);
    }
    if (!problems.empty()) return false;
    if (is_new && (rules.time_zone.empty() || rules.sessions.empty())) {
      refuse("", "needs time_zone and sessions, because no exchange of this name is built in");
    } else if (const auto problem = market::find_problem(rules)) {
      std::string key{problem->field};
      if (problem->special_day) key += "." + date_text(*problem->special_day);
      refuse(key, problem->message);
    }
    return problems.empty();
  }

  Diagnostics problems;

 private:
  void read(const ExchangeEntry& entry, CalendarRules& rules) {
    if (auto refusal = assign(entry.key, entry.value, rules)) {
      const bool is_known = !refusal->starts_with("unknown key");
      problems.push_back({entry.source, path_of(entry.exchange, RawValue{true, entry.key}.shown()),
                          is_known ? entry.value.shown() : "", std::move(*refusal)});
    } else {
      origins_[path_of(entry.exchange, entry.key)] = entry.source;
    }
  }

  /// Tells it where the table sets the key, or at the table when the value was there before.
  void refuse(std::string_view key, std::string message) {
    const ExchangeEntry* at = &entries_.front();
    for (const ExchangeEntry& entry : entries_) {
      if (entry.key == key) at = &entry;
    }
    problems.push_back(
        {at->source, path_of(at->exchange, key), at->key.empty() ? "" : at->value.shown(), std::move(message)});
  }

  std::span<const ExchangeEntry> entries_;
  Origins& origins_;
};

Refusal refuse_name(std::string_view name) {
  if (!is_name(name)) return "must be named by 1 to 16 letters, digits, - and _";
  if (name == market::always_open_rules().exchange) return "cannot be changed: it never closes";
  return std::nullopt;
}

}  // namespace

std::span<const std::string_view> exchange_keys() {
  return kKeys;
}

Diagnostics apply_exchanges(std::span<const ExchangeEntry> entries, std::vector<CalendarRules>& exchanges,
                            Origins& origins) {
  Diagnostics problems;
  while (!entries.empty()) {
    const ExchangeEntry& table = entries.front();
    std::size_t count = 1;
    while (count < entries.size() && entries[count].exchange == table.exchange) ++count;
    const auto at = std::lower_bound(exchanges.begin(), exchanges.end(), table.exchange,
                                     [](const CalendarRules& r, const std::string& name) { return r.exchange < name; });
    const bool is_new = at == exchanges.end() || at->exchange != table.exchange;
    const std::string path = path_of(RawValue{true, table.exchange}.shown(), "");
    if (auto refusal = refuse_name(table.exchange)) {
      problems.push_back({table.source, path, {}, std::move(*refusal)});
    } else if (is_new && exchanges.size() >= kMaxExchanges) {
      problems.push_back({table.source, path, {}, "is one too many: there may be " + std::to_string(kMaxExchanges)});
    } else {
      TableReader reader{entries.first(count), origins};
      CalendarRules rules = is_new ? CalendarRules{} : *at;
      rules.exchange = table.exchange;
      const bool sound = reader.read(rules, is_new);
      if (sound && is_new) {
        exchanges.insert(at, std::move(rules));
      } else if (sound) {
        *at = std::move(rules);
      }
      std::move(reader.problems.begin(), reader.problems.end(), std::back_inserter(problems));
    }
    entries = entries.subspan(count);
  }
  return problems;
}

std::string exchange_text(const CalendarRules& rules, const Origins& origins) {
  std::string out = "\n[exchange." + rules.exchange + "]\n";
  const auto line = [&](std::string_view path, std::string_view key, const std::string& value) {
    out += std::string{key} + " = " + value;
    const auto origin = origins.find(path_of(rules.exchange, path));
    out += origin == origins.end() ? "\n" : "  # " + origin->second + "\n";
  };
  std::string holidays = "[";
  for (const auto& [day, sessions] : rules.special_days) {
    if (sessions.empty()) holidays += (holidays.size() > 1 ? ", " : "") + date_text(day);
  }
  line("time_zone", "time_zone", quoted(rules.time_zone));
  line("sessions", "sessions", sessions_text(rules.sessions));
  line("days", "days", quoted(weekdays_text(rules.weekdays)));
  line("day_starts", "day_starts", quoted(day_start_text(rules.day_starts)));
  line("observes", "observes", quoted(market::observance_name(rules.observes)));
  line("holidays", "holidays", holidays + "]");
  line("pre_open", "pre_open", quoted(base::duration_text(rules.pre_open)));
  line("post_close", "post_close", quoted(base::duration_text(rules.post_close)));
  for (const auto& [day, sessions] : rules.special_days) {
    if (sessions.empty()) continue;
    const std::string key = "special_days." + date_text(day);
    line(key, key, sessions_text(sessions));
  }
  return out;
}

}  // namespace subd::config
