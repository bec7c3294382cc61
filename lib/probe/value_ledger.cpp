#include "probe/value_ledger.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace subd::probe {

namespace {

bool equal_values(std::string_view left, std::string_view right) {
  if (left == right) return true;
  const auto first = nlohmann::json::parse(left, nullptr, false);
  const auto second = nlohmann::json::parse(right, nullptr, false);
  return !first.is_discarded() && first == second;
}

}  // namespace

ValueLedger::Outcome ValueLedger::compare(Position at, const ServerMessage& update, std::size_t tab) {
  Outcome outcome;
  auto record = std::lower_bound(records_.begin(), records_.end(), at,
                                 [](const Record& one, const Position& position) { return one.at < position; });
  if (record == records_.end() || record->at != at) {
    if (records_.size() >= kKept) {
      if (record == records_.begin()) return outcome;  // older than anything kept
      const auto index = record - records_.begin();
      records_.pop_front();
      record = records_.begin() + (index - 1);
    }
    record = records_.insert(record, Record{at, {}});
  }
  const auto check = [&](std::string_view name, std::string_view text) {
    const auto known = std::find_if(record->values.begin(), record->values.end(),
                                    [&](const Value& value) { return value.name == name; });
    if (known == record->values.end()) {
      record->values.push_back({std::string{name}, std::string{text}, tab});
      return;
    }
    ++outcome.compared;
    if (!outcome.difference.empty() || equal_values(known->text, text)) return;
    outcome.difference = std::string{name} + " is " + std::string{text} + " here and " + known->text;
    outcome.other_tab = known->tab;
  };
  check("bar", update.closed ? "\"closed\"" : "\"forming\"");
  check("ohlcv", update.ohlcv);
  check("greeks", update.greeks);
  check("oi", update.oi);
  for (const auto& [id, value] : update.values) check(id, value);
  return outcome;
}

}  // namespace subd::probe
