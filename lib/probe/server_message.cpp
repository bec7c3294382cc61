#include "probe/server_message.hpp"

#include <array>
#include <utility>

#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "probe/json_scan.hpp"

namespace subd::probe {

namespace {

constexpr std::array<std::pair<std::string_view, MessageType>, 13> kTypes{{
    {"market_update", MessageType::MarketUpdate},
    {"snapshot", MessageType::Snapshot},
    {"connected", MessageType::Connected},
    {"subscribed", MessageType::Subscribed},
    {"unsubscribed", MessageType::Unsubscribed},
    {"subscriptions", MessageType::Subscriptions},
    {"resumed", MessageType::Resumed},
    {"heartbeat_ack", MessageType::HeartbeatAck},
    {"status", MessageType::Status},
    {"error", MessageType::Error},
    {"goodbye", MessageType::Goodbye},
    {"token_expiring", MessageType::TokenExpiring},
    {"authenticated", MessageType::Authenticated},
}};

std::optional<base::UtcTime> time_value(std::string_view raw) {
  const auto inside = string_inside(raw);
  return inside ? base::parse_time(*inside) : std::nullopt;
}

std::optional<base::UtcTime> start_of(std::string_view bar) {
  std::optional<base::UtcTime> start;
  if (!scan_object(bar, [&](std::string_view key, std::string_view raw) {
        if (key == "time") start = time_value(raw);
      })) {
    return std::nullopt;
  }
  return start;
}

bool read_ids(std::string_view raw, std::vector<std::string_view>& ids) {
  bool strings = true;
  const bool list = scan_array(raw, [&](std::string_view element) {
    if (const auto id = string_inside(element)) {
      ids.push_back(*id);
    } else {
      strings = false;
    }
  });
  return list && strings;
}

bool read_values(std::string_view raw, std::vector<IndicatorValue>& values) {
  return scan_object(raw, [&](std::string_view id, std::string_view value) { values.push_back({id, value}); });
}

void clear(ServerMessage& out) {
  auto values = std::move(out.values);
  auto ids = std::move(out.ids);
  values.clear();
  ids.clear();
  out = {};
  out.values = std::move(values);
  out.ids = std::move(ids);
}

std::string missing(std::string_view type, std::string_view field) {
  std::string text{type};
  return text.append(" without a usable ").append(field);
}

/// What the protocol promises for the type and the message does not have.
std::string incomplete(std::string_view name, const ServerMessage& message, bool values_read) {
  switch (message.type) {
    case MessageType::MarketUpdate:
    case MessageType::Snapshot:
      if (message.symbol.empty()) return missing(name, "symbol");
      if (message.timeframe.empty()) return missing(name, "timeframe");
      if (message.epoch.empty()) return missing(name, "epoch");
      if (!message.seq) return missing(name, "seq");
      if (!values_read) return missing(name, "indicators");
      if (message.ohlcv.empty()) return missing(name, "ohlcv");
      if (message.type == MessageType::Snapshot) {
        return message.bars.empty() ? missing(name, "bars") : std::string{};
      }
      if (!message.bar_start) return missing(name, "ohlcv.time");
      if (!message.timestamp) return missing(name, "timestamp");
      // Neither may be left out: a client must be able to tell "none" from "lost".
      if (message.greeks.empty()) return missing(name, "greeks");
      if (message.oi.empty()) return missing(name, "oi");
      return {};
    case MessageType::Connected:
      return message.connection_id.empty() ? missing(name, "ws_conn_id") : std::string{};
    case MessageType::Subscribed:
      if (message.symbol.empty()) return missing(name, "symbol");
      if (message.timeframe.empty()) return missing(name, "timeframe");
      if (message.connection_id.empty()) return missing(name, "ws_conn_id");
      [[fallthrough]];
    case MessageType::Unsubscribed:
    case MessageType::Subscriptions:
    case MessageType::Resumed:
      return message.streams.empty() ? missing(name, "streams") : std::string{};
    case MessageType::Error:
      return message.code.empty() ? missing(name, "code") : std::string{};
    default:
      return {};
  }
}

}  // namespace

std::string parse_server_message(std::string_view text, ServerMessage& out) {
  clear(out);
  std::string_view type, bar, indicators;
  const bool object = scan_object(text, [&](std::string_view key, std::string_view raw) {
    const auto inside = string_inside(raw);
    const auto take = [&](std::string_view& field) {
      if (inside) field = *inside;
    };
    if (key == "type") {
      take(type);
    } else if (key == "symbol") {
      take(out.symbol);
    } else if (key == "timeframe") {
      take(out.timeframe);
    } else if (key == "epoch") {
      take(out.epoch);
    } else if (key == "seq") {
      const auto seq = base::parse_integer(raw);
      if (seq && *seq >= 0) out.seq = static_cast<std::uint64_t>(*seq);
    } else if (key == "bar") {
      take(bar);
    } else if (key == "timestamp") {
      out.timestamp = time_value(raw);
    } else if (key == "ohlcv") {
      out.ohlcv = raw;
    } else if (key == "greeks") {
      out.greeks = raw;
    } else if (key == "oi") {
      out.oi = raw;
    } else if (key == "indicators") {
      indicators = raw;
    } else if (key == "id") {
      out.id = raw;
    } else if (key == "ws_conn_id") {
      take(out.connection_id);
    } else if (key == "user_id") {
      take(out.user_id);
    } else if (key == "session_id") {
      take(out.session_id);
    } else if (key == "resume_token") {
      take(out.resume_token);
    } else if (key == "resumed") {
      out.resumed = raw == "true";
    } else if (key == "streams") {
      out.streams = raw;
    } else if (key == "bars") {
      out.bars = raw;
    } else if (key == "code") {
      take(out.code);
    } else if (key == "message") {
      take(out.text);
    }
  });
  if (!object) return "not a well formed JSON object";
  if (type.empty()) return "no type";
  bool known = false;
  for (const auto& [name, value] : kTypes) {
    if (name != type) continue;
    out.type = value;
    known = true;
    break;
  }
  if (!known) return "unknown type " + std::string{type};
  bool values_read = false;
  if (out.type == MessageType::MarketUpdate || out.type == MessageType::Snapshot) {
    values_read = read_values(indicators, out.values);
    if (out.ohlcv != "null") out.bar_start = start_of(out.ohlcv);
    if (out.type == MessageType::MarketUpdate) {
      if (bar != "closed" && bar != "forming") return missing(type, "bar (forming or closed)");
      out.closed = bar == "closed";
    }
  } else if (!indicators.empty() && !read_ids(indicators, out.ids)) {
    return missing(type, "indicators");
  }
  return incomplete(type, out, values_read);
}

std::optional<std::vector<ListedStream>> parse_streams(std::string_view raw) {
  std::vector<ListedStream> streams;
  bool sound = true;
  const bool list = scan_array(raw, [&](std::string_view element) {
    ListedStream& stream = streams.emplace_back();
    bool ids = false;
    sound &= scan_object(element, [&](std::string_view key, std::string_view value) {
      if (key == "symbol") stream.symbol = string_inside(value).value_or("");
      if (key == "timeframe") stream.timeframe = string_inside(value).value_or("");
      if (key == "indicators") ids = read_ids(value, stream.indicators);
    });
    sound &= ids && !stream.symbol.empty() && !stream.timeframe.empty();
  });
  if (!list || !sound) return std::nullopt;
  return streams;
}

std::optional<std::vector<HistoryBar>> parse_bars(std::string_view raw) {
  std::vector<HistoryBar> bars;
  bool sound = true;
  const bool list = scan_array(raw, [&](std::string_view element) {
    HistoryBar& bar = bars.emplace_back();
    std::optional<base::UtcTime> start;
    bool values = false;
    sound &= scan_object(element, [&](std::string_view key, std::string_view value) {
      if (key == "time") start = time_value(value);
      if (key == "indicators") values = read_values(value, bar.values);
    });
    sound &= start.has_value() && values;
    if (start) bar.start = *start;
  });
  if (!list || !sound) return std::nullopt;
  return bars;
}

}  // namespace subd::probe
