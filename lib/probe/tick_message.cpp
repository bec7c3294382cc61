#include "probe/tick_message.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "probe/json_scan.hpp"

namespace subd::probe {

namespace {

constexpr std::array<std::string_view, 3> kModes{"ltp", "quote", "full"};

constexpr std::array<std::pair<std::string_view, TickMessageType>, 12> kTypes{{
    {"tick", TickMessageType::Tick},
    {"connected", TickMessageType::Connected},
    {"subscribed", TickMessageType::Subscribed},
    {"filter_updated", TickMessageType::FilterUpdated},
    {"unsubscribed", TickMessageType::Unsubscribed},
    {"subscriptions", TickMessageType::Subscriptions},
    {"error", TickMessageType::Error},
    {"status", TickMessageType::Notice},
    {"goodbye", TickMessageType::Notice},
    {"token_expiring", TickMessageType::Notice},
    {"authenticated", TickMessageType::Notice},
    {"heartbeat_ack", TickMessageType::Notice},
}};

/// Fields beyond the last price, with the lowest mode that has them.
constexpr std::array<std::pair<std::string_view, TickMode>, 12> kFields{{
    {"volume", TickMode::Quote},
    {"last_quantity", TickMode::Quote},
    {"average_price", TickMode::Quote},
    {"buy_quantity", TickMode::Quote},
    {"sell_quantity", TickMode::Quote},
    {"ohlc", TickMode::Quote},
    {"oi", TickMode::Full},
    {"oi_day_high", TickMode::Full},
    {"oi_day_low", TickMode::Full},
    {"last_trade_time", TickMode::Full},
    {"exchange_timestamp", TickMode::Full},
    {"depth", TickMode::Full},
}};

/// What was read of a tick; which of kFields were there, by position.
struct TickFields {
  std::optional<std::uint32_t> token;
  std::optional<TickMode> mode;
  std::optional<std::uint64_t> seq;
  std::optional<base::UtcTime> timestamp;
  bool has_price = false;
  std::array<bool, kFields.size()> present{};
};

std::optional<std::uint32_t> token_value(std::string_view raw) {
  const auto number = base::parse_integer(raw);
  if (!number || *number < 1 || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<TickMode> mode_value(std::string_view raw) {
  const auto name = string_inside(raw);
  return name ? parse_tick_mode(*name) : std::nullopt;
}

void read_tick_field(std::string_view key, std::string_view raw, TickFields& fields) {
  if (key == "token") {
    fields.token = token_value(raw);
  } else if (key == "mode") {
    fields.mode = mode_value(raw);
  } else if (key == "seq") {
    if (const auto seq = base::parse_integer(raw); seq && *seq > 0) fields.seq = static_cast<std::uint64_t>(*seq);
  } else if (key == "timestamp") {
    if (const auto inside = string_inside(raw)) fields.timestamp = base::parse_time(*inside);
  } else if (key == "last_price") {
    fields.has_price = base::parse_number(raw).has_value();
  } else {
    const auto known =
        std::find_if(kFields.begin(), kFields.end(), [&](const auto& field) { return field.first == key; });
    if (known != kFields.end()) fields.present[static_cast<std::size_t>(known - kFields.begin())] = true;
  }
}

std::string missing(std::string_view type, std::string_view field) {
  std::string text{type};
  return text.append(" without a usable ").append(field);
}

/// Moves what a tick has to have into the message; what is not there, else empty.
std::string take_tick(const TickFields& fields, TickMessage& out) {
  if (!fields.token) return missing("tick", "token");
  if (out.symbol.empty()) return missing("tick", "symbol");
  if (!fields.mode) return missing("tick", "mode (ltp, quote or full)");
  if (!fields.seq) return missing("tick", "seq");
  if (!fields.timestamp) return missing("tick", "timestamp");
  if (!fields.has_price) return missing("tick", "last_price");
  out.token = *fields.token;
  out.mode = *fields.mode;
  out.seq = *fields.seq;
  out.timestamp = *fields.timestamp;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const auto& [name, lowest] = kFields[i];
    if (fields.present[i]) out.fields = std::max(out.fields, lowest);
    // A client must be able to tell "unknown" from "lost".
    if (!fields.present[i] && lowest <= out.mode) return missing(tick_mode_name(out.mode), name);
  }
  return {};
}

std::string incomplete(std::string_view name, const TickMessage& message) {
  switch (message.type) {
    case TickMessageType::Connected:
      return message.connection_id.empty() ? missing(name, "ws_conn_id") : std::string{};
    case TickMessageType::Subscribed:
    case TickMessageType::FilterUpdated:
    case TickMessageType::Unsubscribed:
    case TickMessageType::Subscriptions:
      if (message.connection_id.empty()) return missing(name, "ws_conn_id");
      return message.instruments.empty() ? missing(name, "instruments") : std::string{};
    case TickMessageType::Error:
      return message.code.empty() ? missing(name, "code") : std::string{};
    case TickMessageType::Tick:
    case TickMessageType::Notice:
      break;
  }
  return {};
}

}  // namespace

std::string_view tick_mode_name(TickMode mode) noexcept {
  return kModes[static_cast<std::size_t>(mode)];
}

std::optional<TickMode> parse_tick_mode(std::string_view name) noexcept {
  for (const TickMode mode : {TickMode::Ltp, TickMode::Quote, TickMode::Full}) {
    if (tick_mode_name(mode) == name) return mode;
  }
  return std::nullopt;
}

std::string parse_tick_message(std::string_view text, TickMessage& out) {
  out = {};
  std::string_view type;
  TickFields fields;
  const bool object = scan_object(text, [&](std::string_view key, std::string_view raw) {
    const auto take = [&](std::string_view& field) {
      if (const auto inside = string_inside(raw)) field = *inside;
    };
    if (key == "type") {
      take(type);
    } else if (key == "symbol") {
      take(out.symbol);
    } else if (key == "id") {
      out.id = raw;
    } else if (key == "ws_conn_id") {
      take(out.connection_id);
    } else if (key == "user_id") {
      take(out.user_id);
    } else if (key == "session_id") {
      take(out.session_id);
    } else if (key == "instruments") {
      out.instruments = raw;
    } else if (key == "code") {
      take(out.code);
    } else if (key == "message") {
      take(out.text);
    } else {
      read_tick_field(key, raw, fields);
    }
  });
  if (!object) return "not a well formed JSON object";
  if (type.empty()) return "no type";
  const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& one) { return one.first == type; });
  if (known == kTypes.end()) return "unknown type " + std::string{type};
  out.type = known->second;
  return out.type == TickMessageType::Tick ? take_tick(fields, out) : incomplete(type, out);
}

std::optional<std::vector<ListedInstrument>> parse_instruments(std::string_view raw) {
  std::vector<ListedInstrument> instruments;
  bool sound = true;
  const bool list = scan_array(raw, [&](std::string_view element) {
    std::optional<std::uint32_t> token;
    std::optional<TickMode> mode;
    std::string_view symbol;
    sound &= scan_object(element, [&](std::string_view key, std::string_view value) {
      if (key == "token") token = token_value(value);
      if (key == "mode") mode = mode_value(value);
      if (key == "symbol") symbol = string_inside(value).value_or("");
    });
    sound &= token && mode && !symbol.empty();
    if (token && mode) instruments.push_back({*token, symbol, *mode});
  });
  if (!list || !sound) return std::nullopt;
  return instruments;
}

}  // namespace subd::probe
