// Bytes as a server message, of both endpoints: whatever nlohmann/json reads as an object the scanner reads as well, and
// sees the same type, symbol and values in it; nothing else gets past it as a message.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "probe/server_message.hpp"
#include "probe/tick_message.hpp"

namespace {

using Json = nlohmann::json;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
  }
  return true;
}

void require_inside(std::string_view view, std::string_view text) {
  require(view.empty() || (view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size()));
}

/// The document when a message may be compared with what nlohmann/json reads, which it can do then.
Json comparable(std::string_view text) {
  // Lone surrogates and bad UTF-8 are the WebSocket layer's; escapes are left alone by the scanner.
  if (!is_plain(text)) return Json::value_t::discarded;
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_discarded()) {
    require(json.is_object() && json.contains("type") && json["type"].is_string());
    return json;
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 0x7F) return json;
  }
  // Numbers that no double holds are JSON all the same, nlohmann refuses them.
  require(text.find_first_of("eE0123456789") != std::string_view::npos);
  return json;
}

void try_stream_message(std::string_view text) {
  subd::probe::ServerMessage message;
  const bool read = subd::probe::parse_server_message(text, message).empty();
  for (const auto view : {message.symbol, message.epoch, message.ohlcv, message.bars, message.streams, message.id}) {
    require_inside(view, text);
  }
  if (!read) return;
  (void)subd::probe::parse_streams(message.streams);
  (void)subd::probe::parse_bars(message.bars);
  const Json json = comparable(text);
  using subd::probe::MessageType;
  if (json.is_discarded()) return;
  if (message.type != MessageType::MarketUpdate && message.type != MessageType::Snapshot) return;
  // Of a key that comes twice both keep the last one, the scanner the last that is a text.
  if (json["symbol"].is_string()) require(json["symbol"].get_ref<const std::string&>() == message.symbol);
  for (const auto& [id, value] : message.values) require(json["indicators"].contains(id));
}

void try_tick_message(std::string_view text) {
  subd::probe::TickMessage message;
  const bool read = subd::probe::parse_tick_message(text, message).empty();
  for (const auto view : {message.symbol, message.connection_id, message.instruments, message.id, message.text}) {
    require_inside(view, text);
  }
  if (!read) return;
  if (const auto listed = subd::probe::parse_instruments(message.instruments)) {
    for (const auto& one : *listed) {
      require(one.token > 0 && !one.symbol.empty());
      require_inside(one.symbol, text);
    }
  }
  const Json json = comparable(text);
  if (json.is_discarded() || message.type != subd::probe::TickMessageType::Tick) return;
  require(message.token > 0 && message.seq > 0 && message.fields >= message.mode);
  for (const char* field : {"token", "symbol", "mode", "seq", "timestamp", "last_price"}) require(json.contains(field));
  if (json["token"].is_number_unsigned()) require(json["token"] == message.token);
  if (json["symbol"].is_string()) require(json["symbol"].get_ref<const std::string&>() == message.symbol);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  try_stream_message(text);
  try_tick_message(text);
  return 0;
}
