#include "probe/request.hpp"

#include <array>
#include <string_view>

#include "base/json_text.hpp"
#include "base/number_text.hpp"

namespace subd::probe {

namespace {

constexpr std::array<std::string_view, 5> kNames{"subscribe", "unsubscribe", "list", "heartbeat", "resume"};

std::string_view name_of(RequestKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

void append_field(std::string& out, std::string_view key, std::string_view value) {
  out.append(",\"").append(key).append("\":");
  base::append_json_string(out, value);
}

void append_received(std::string& out, const std::vector<Received>& received) {
  out += ",\"received\":[";
  for (const Received& one : received) {
    if (out.back() != '[') out += ',';
    out += "{\"symbol\":";
    base::append_json_string(out, one.symbol);
    append_field(out, "timeframe", one.timeframe);
    append_field(out, "epoch", one.epoch);
    out += ",\"seq\":";
    base::append_number(out, one.seq);
    out += '}';
  }
  out += ']';
}

}  // namespace

std::string request_text(const Request& request) {
  std::string out = "{\"type\":\"";
  out.append(name_of(request.kind)).append("\",\"id\":");
  base::append_number(out, request.id);
  if (!request.symbol.empty()) {
    append_field(out, "symbol", request.symbol);
    append_field(out, "timeframe", request.timeframe);
  }
  if (request.indicators) {
    out += ",\"indicators\":[";
    for (std::size_t i = 0; i < request.indicators->size(); ++i) {
      if (i != 0) out += ',';
      base::append_json_string(out, (*request.indicators)[i]);
    }
    out += ']';
  }
  if (request.history != 0) {
    out += ",\"history\":";
    base::append_number(out, std::uint64_t{request.history});
  }
  if (request.when && request.when->empty()) {
    out += ",\"when\":null";
  } else if (request.when) {
    append_field(out, "when", *request.when);
  }
  if (!request.trigger.empty()) append_field(out, "trigger", request.trigger);
  if (request.kind == RequestKind::Resume) append_received(out, request.received);
  out += '}';
  return out;
}

std::string describe(const Request& request) {
  std::string out{name_of(request.kind)};
  if (!request.symbol.empty()) out.append(" ").append(request.symbol).append(" ").append(request.timeframe);
  if (request.indicators) {
    for (const auto& id : *request.indicators) out.append(" ").append(id);
  }
  if (request.when) out.append(" when ").append(request.when->empty() ? "null" : *request.when);
  if (!request.trigger.empty()) out.append(" trigger ").append(request.trigger);
  return out;
}

}  // namespace subd::probe
