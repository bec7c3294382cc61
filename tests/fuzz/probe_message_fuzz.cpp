// Bytes as a server message: whatever nlohmann/json reads as an object the scanner reads as well, and sees the same
// type, symbol and values in it; nothing else gets past it as a message.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "probe/server_message.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Json = nlohmann::json;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  subd::probe::ServerMessage message;
  const bool read = subd::probe::parse_server_message(text, message).empty();
  for (const auto view : {message.symbol, message.epoch, message.ohlcv, message.bars, message.streams, message.id}) {
    require(view.empty() || (view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size()));
  }
  if (read) {
    (void)subd::probe::parse_streams(message.streams);
    (void)subd::probe::parse_bars(message.bars);
  }
  // Lone surrogates and bad UTF-8 are the WebSocket layer's; escapes are left alone by the scanner.
  if (!is_plain(text)) return 0;
  const Json json = Json::parse(text, nullptr, false);
  if (read && json.is_discarded()) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) > 0x7F) return 0;
    }
    // Numbers that no double holds are JSON all the same, nlohmann refuses them.
    require(text.find_first_of("eE0123456789") != std::string_view::npos);
    return 0;
  }
  if (!read) return 0;
  require(json.is_object() && json.contains("type") && json["type"].is_string());
  using subd::probe::MessageType;
  if (message.type != MessageType::MarketUpdate && message.type != MessageType::Snapshot) return 0;
  // Of a key that comes twice both keep the last one, the scanner the last that is a text.
  if (json["symbol"].is_string()) require(json["symbol"].get_ref<const std::string&>() == message.symbol);
  for (const auto& [id, value] : message.values) require(json["indicators"].contains(id));
  return 0;
}
