#include "probe/tick_oracle.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/number_text.hpp"

namespace subd::probe {

namespace {

constexpr TickMode kDefaultMode = TickMode::Quote;

std::string set_text(const std::map<std::uint32_t, TickMode>& set) {
  std::string out;
  for (const auto& [token, mode] : set) {
    out.append(out.empty() ? "" : ", ").append(std::to_string(token)).append(" ").append(tick_mode_name(mode));
  }
  return out.empty() ? "nothing" : out;
}

bool answers(TickMessageType reply, TickRequestKind request) {
  switch (request) {
    case TickRequestKind::Subscribe:
      return reply == TickMessageType::Subscribed;
    case TickRequestKind::UpdateFilter:
      return reply == TickMessageType::FilterUpdated;
    case TickRequestKind::Unsubscribe:
      return reply == TickMessageType::Unsubscribed;
    case TickRequestKind::List:
      break;
  }
  return reply == TickMessageType::Subscriptions;
}

std::string tick_name(const TickMessage& message) {
  return "a tick of " + std::string{message.symbol} + " (" + std::to_string(message.token) + ')';
}

}  // namespace

TabId TickOracle::add_tab(TabIdentity identity) {
  tabs_.emplace_back().identity = std::move(identity);
  return tabs_.size() - 1;
}

std::map<std::uint32_t, TickMode> TickOracle::in_force(const Tab& tab) {
  std::map<std::uint32_t, TickMode> set;
  for (const auto& [token, taken] : tab.taken) {
    if (taken.mode) set.emplace(token, *taken.mode);
  }
  return set;
}

std::vector<std::uint32_t> TickOracle::taken(TabId tab) const {
  std::vector<std::uint32_t> tokens;
  for (const auto& [token, mode] : in_force(tabs_[tab])) tokens.push_back(token);
  return tokens;
}

bool TickOracle::names(const TickRequest& request, std::uint32_t token) {
  return std::find(request.tokens.begin(), request.tokens.end(), token) != request.tokens.end();
}

std::map<std::uint32_t, TickMode> TickOracle::result_of(const Tab& tab, const TickRequest& request) {
  std::map<std::uint32_t, TickMode> set = in_force(tab);
  switch (request.kind) {
    case TickRequestKind::UpdateFilter:
      std::erase_if(set, [&](const auto& one) { return !names(request, one.first); });
      [[fallthrough]];
    case TickRequestKind::Subscribe:
      for (const std::uint32_t token : request.tokens) {
        const auto [one, is_new] = set.emplace(token, request.mode.value_or(kDefaultMode));
        if (!is_new) one->second = request.mode.value_or(one->second);
      }
      break;
    case TickRequestKind::Unsubscribe:
      std::erase_if(set, [&](const auto& one) { return request.tokens.empty() || names(request, one.first); });
      break;
    case TickRequestKind::List:
      break;
  }
  return set;
}

void TickOracle::sent(TabId id, const TickRequest& request, base::MonoTime now) {
  Tab& tab = tabs_[id];
  findings_.checked(rule::kReply);
  auto result = result_of(tab, request);
  // What the request names is attached anew, even where it stays as it is.
  for (auto& [token, taken] : tab.taken) {
    const auto then = result.find(token);
    taken.changing |= taken.mode && (then == result.end() || then->second != *taken.mode ||
                                     (request.kind == TickRequestKind::Subscribe && names(request, token)));
    if (!taken.changing || !taken.mode) continue;
    instruments_[token].last_change = Change{id, describe(request), now};
  }
  if (request.kind != TickRequestKind::List && is_connected(id) && !tab.taken.empty()) {
    findings_.checked(rule::kIndependence);
  }
  tab.pending = Pending{request, std::move(result), now};
}

std::optional<base::UtcTime> TickOracle::received(TabId id, std::string_view text, base::MonoTime now) {
  Tab& tab = tabs_[id];
  ++totals_.messages;
  totals_.bytes += text.size();
  findings_.checked(rule::kMessage);
  if (std::string problem = parse_tick_message(text, message_); !problem.empty()) {
    findings_.violated(rule::kMessage, tab.identity.name, std::move(problem), text);
    return std::nullopt;
  }
  if (tab.connection_id.empty() && message_.type != TickMessageType::Connected &&
      message_.type != TickMessageType::Error) {
    findings_.violated(rule::kMessage, tab.identity.name, "the first message is not `connected`", text);
  }
  switch (message_.type) {
    case TickMessageType::Tick:
      return tick(id, message_, text, now);
    case TickMessageType::Connected:
      findings_.checked(rule::kAuthAccepted);
      connection_ids_.introduced(tab.identity, tab.connection_id,
                                 {message_.connection_id, message_.user_id, message_.session_id}, text, findings_);
      break;
    case TickMessageType::Subscribed:
    case TickMessageType::FilterUpdated:
    case TickMessageType::Unsubscribed:
    case TickMessageType::Subscriptions:
    case TickMessageType::Error:
      replied(id, message_, text, now);
      break;
    case TickMessageType::Notice:
      break;
  }
  return std::nullopt;
}

void TickOracle::replied(TabId id, const TickMessage& message, std::string_view text, base::MonoTime now) {
  Tab& tab = tabs_[id];
  ConnectionIds::replied(tab.identity, tab.connection_id, message.connection_id, text, findings_);
  const auto number = base::parse_integer(message.id);
  if (!tab.pending || !number || static_cast<std::uint64_t>(*number) != tab.pending->request.id) {
    findings_.violated(rule::kMessage, tab.identity.name, "a reply to a request that this tab did not make", text);
    return;
  }
  const Pending pending = *std::exchange(tab.pending, std::nullopt);
  if (message.type == TickMessageType::Error) {
    for (auto& [token, taken] : tab.taken) taken.changing = false;
    findings_.checked(rule::kRefused);
    findings_.violated(
        rule::kRefused, tab.identity.name,
        describe(pending.request) + " was refused with " + std::string{message.code} + ": " + std::string{message.text},
        text);
    return;
  }
  if (!answers(message.type, pending.request.kind)) {
    findings_.violated(rule::kMessage, tab.identity.name, "not the reply to " + describe(pending.request), text);
  }
  findings_.checked(rule::kRefused);
  judge_listing(tab, pending.result, message, text);
  put_in_force(tab, pending, now);
}

void TickOracle::judge_listing(const Tab& tab, const std::map<std::uint32_t, TickMode>& expected,
                               const TickMessage& message, std::string_view text) {
  findings_.checked(rule::kSet);
  const auto violated = [&](std::string_view rule, std::string what) {
    findings_.violated(rule, tab.identity.name, std::move(what), text);
  };
  const auto listed = parse_instruments(message.instruments);
  if (!listed) return violated(rule::kMessage, "`instruments` is not a list of token, symbol and mode");
  std::map<std::uint32_t, TickMode> set;
  for (const ListedInstrument& one : *listed) {
    if (!set.emplace(one.token, one.mode).second) {
      violated(rule::kSet, "the reply lists " + std::to_string(one.token) + " twice");
    }
    std::string& symbol = instruments_[one.token].symbol;
    if (symbol.empty()) symbol = one.symbol;
    if (symbol != one.symbol) {
      violated(rule::kMessage, "the reply calls " + std::to_string(one.token) + ' ' + std::string{one.symbol} +
                                   ", others call it " + symbol);
    }
  }
  if (set != expected) {
    violated(rule::kSet, "the reply lists " + set_text(set) + ", asked for is " + set_text(expected));
  }
}

void TickOracle::put_in_force(Tab& tab, const Pending& pending, base::MonoTime now) {
  for (auto& [token, taken] : tab.taken) {
    if (!pending.result.contains(token)) taken.mode.reset();
  }
  for (const auto& [token, mode] : pending.result) {
    Taken& taken = tab.taken[token];
    const bool attached = pending.request.kind == TickRequestKind::Subscribe && names(pending.request, token);
    if (attached || taken.mode != mode) {
      taken.mode = mode;
      taken.fresh = true;
      taken.silence_reported = false;
      taken.since = taken.last_tick = now;
      taken.owed_after.reset();
    }
  }
  for (auto& [token, taken] : tab.taken) taken.changing = false;
}

std::optional<base::UtcTime> TickOracle::tick(TabId id, const TickMessage& message, std::string_view text,
                                              base::MonoTime now) {
  Tab& tab = tabs_[id];
  ++totals_.ticks;
  findings_.checked(rule::kTick);
  Instrument& instrument = instruments_[message.token];
  Delivered& delivered = instrument.modes[static_cast<std::size_t>(message.mode)];
  judge_values(id, delivered, message, text);
  const auto found = tab.taken.find(message.token);
  if (found == tab.taken.end() || !found->second.mode) {
    const bool given_up = found != tab.taken.end();
    findings_.violated(
        rule::kTick, tab.identity.name,
        tick_name(message) + (given_up ? ", which this tab has given up" : ", not asked for by this tab"), text);
    return std::nullopt;
  }
  Taken& taken = found->second;
  findings_.checked(rule::kMode);
  if (message.mode != *taken.mode || message.fields > message.mode) {
    findings_.violated(rule::kMode, tab.identity.name,
                       tick_name(message) + " in mode " + std::string{tick_mode_name(message.mode)} +
                           " with fields of " + std::string{tick_mode_name(message.fields)} + ", asked for is " +
                           std::string{tick_mode_name(*taken.mode)},
                       text);
  }
  if (instrument.symbol != message.symbol) {
    findings_.violated(rule::kMessage, tab.identity.name,
                       tick_name(message) + ", the replies call it " + instrument.symbol, text);
  }
  judge_order(tab, taken, message, text);
  const bool answers_request = std::exchange(taken.fresh, false);
  taken.newest = std::max(taken.newest, message.seq);
  taken.last_tick = now;
  taken.silence_reported = false;
  if (answers_request) return std::nullopt;
  if (message.seq > delivered.newest) {
    delivered.newest = message.seq;
    delivered.newest_tab = id;
  }
  return message.timestamp;
}

void TickOracle::judge_order(const Tab& tab, const Taken& taken, const TickMessage& message, std::string_view text) {
  findings_.checked(rule::kOrder);
  if (message.seq > taken.newest || (taken.fresh && message.seq == taken.newest)) return;
  findings_.violated(
      rule::kOrder, tab.identity.name,
      tick_name(message) + " with seq " + std::to_string(message.seq) + " after " + std::to_string(taken.newest), text);
}

void TickOracle::judge_values(TabId id, Delivered& delivered, const TickMessage& message, std::string_view text) {
  if (delivered.told.empty()) delivered.told.resize(Delivered::kTold);
  // A tick names no client, so that its text is the same for all.
  const Delivered::Told here{message.seq, std::hash<std::string_view>{}(text), id};
  Delivered::Told& there = delivered.told[message.seq % Delivered::kTold];
  if (there.seq != message.seq) {
    if (there.seq < message.seq) there = here;
    return;
  }
  findings_.checked(rule::kValue);
  if (there.hash == here.hash) return;
  findings_.violated(rule::kValue, tabs_[id].identity.name,
                     tick_name(message) + " with seq " + std::to_string(message.seq) + " says something else in tab " +
                         tabs_[there.tab].identity.name,
                     text);
}

}  // namespace subd::probe
