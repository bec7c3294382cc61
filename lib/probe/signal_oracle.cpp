#include "probe/signal_oracle.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/number_text.hpp"
#include "probe/json_scan.hpp"

namespace subd::probe {

std::size_t SignalOracle::add_tab(std::string name, bool sees_premium) {
  tabs_.push_back({std::move(name), sees_premium});
  return tabs_.size() - 1;
}

std::string SignalOracle::publish(bool premium, base::MonoTime due) {
  published_.push_back({due, premium});
  return prefix_ + std::to_string(published_.size() - 1);
}

std::optional<std::size_t> SignalOracle::number_of(std::string_view id) const {
  if (!id.starts_with(prefix_)) return std::nullopt;
  const auto number = base::parse_integer(id.substr(prefix_.size()));
  if (!number || *number < 0 || static_cast<std::size_t>(*number) >= published_.size()) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

std::size_t SignalOracle::next_for(const Tab& tab, std::size_t from) const {
  while (from < published_.size() && published_[from].premium && !tab.sees_premium) ++from;
  return from;
}

bool SignalOracle::has_all(std::size_t tab) const {
  return tabs_[tab].ended || next_for(tabs_[tab], tabs_[tab].next) == published_.size();
}

std::optional<base::MonoTime::duration> SignalOracle::received(std::size_t index, std::string_view text,
                                                               base::MonoTime now) {
  Tab& tab = tabs_[index];
  std::string_view type;
  std::string_view id;
  const bool sound = scan_object(text, [&](std::string_view key, std::string_view raw) {
    if (key == "type") type = string_inside(raw).value_or("");
    if (key == "id") id = string_inside(raw).value_or("");
  });
  findings_.checked(rule::kMessage);
  if (!sound || type.empty()) {
    findings_.violated(rule::kMessage, tab.name, "not a JSON object with a type", text);
    return std::nullopt;
  }
  if (type == "connected") tab.connected = true;
  if (type == "error") findings_.violated(rule::kRefused, tab.name, "an error although nothing was asked", text);
  if (type != "signal") return std::nullopt;
  const auto number = number_of(id);
  if (!number) return std::nullopt;
  ++received_;
  bytes_ += text.size();
  findings_.checked(rule::kTier);
  findings_.checked(rule::kOnce);
  if (published_[*number].premium && !tab.sees_premium) {
    findings_.violated(rule::kTier, tab.name, fmt::format("{} is premium, the tab's tier is not", id), text);
    return std::nullopt;
  }
  if (*number < tab.next) {
    findings_.violated(rule::kOnce, tab.name, fmt::format("{} came before, or signals after it did", id), text);
    return std::nullopt;
  }
  for (std::size_t missed = next_for(tab, tab.next); missed < *number; missed = next_for(tab, missed + 1)) {
    findings_.violated(rule::kMissing, tab.name, fmt::format("{}{} did not come before {}", prefix_, missed, id));
  }
  findings_.checked(rule::kMissing);
  tab.next = *number + 1;
  return now - published_[*number].due;
}

void SignalOracle::ended(std::size_t index, const std::string& why) {
  Tab& tab = tabs_[index];
  tab.ended = true;
  findings_.violated(rule::kMissing, tab.name, "the connection ended: " + why);
}

void SignalOracle::finish() {
  for (const Tab& tab : tabs_) {
    if (tab.ended) continue;
    const std::size_t missing = next_for(tab, tab.next);
    if (missing < published_.size()) {
      findings_.violated(rule::kMissing, tab.name, fmt::format("{}{} did not come", prefix_, missing));
    }
  }
}

}  // namespace subd::probe
