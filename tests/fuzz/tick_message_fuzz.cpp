#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "wire/server_message.hpp"
#include "wire/tick_message.hpp"

namespace {

using namespace subd::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_id(const RequestId& id) {
  if (id.empty()) return;
  const auto echo = nlohmann::json::parse(id, nullptr, false);
  require(echo.is_number() || echo.is_string());
}

void check_names(const InstrumentNames& names) {
  require(names.tokens.size() + names.symbols.size() <= kMaxInstrumentsPerRequest);
  for (const std::uint32_t token : names.tokens) require(token > 0);
  for (const std::string& symbol : names.symbols) require(!symbol.empty() && symbol.size() <= kMaxNameBytes);
}

struct CheckAccepted {
  void operator()(const TickSubscribeRequest& request) const {
    require(!request.instruments.empty());
    check_names(request.instruments);
    require(request.throttle_ms.value_or(0) <= 1'000'000);
  }
  void operator()(const UpdateFilterRequest& request) const {
    check_names(request.instruments);
    require(request.throttle_ms.value_or(0) <= 1'000'000);
  }
  void operator()(const TickUnsubscribeRequest& request) const {
    if (!request.instruments) return;
    require(!request.instruments->empty());
    check_names(*request.instruments);
  }
  void operator()(const ListRequest&) const {}
  void operator()(const HeartbeatRequest&) const {}
  void operator()(const AuthRequest& request) const { require(!request.token.empty()); }
};

}  // namespace

/// Whatever the bytes, parsing ends in a request within its limits or in a refusal that can be sent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = parse_tick_message({reinterpret_cast<const char*>(data), size});
  if (message) {
    std::visit(CheckAccepted{}, *message);
    check_id(std::visit([](const auto& request) { return request.id; }, *message));
  } else {
    check_id(message.error().id);
    const auto reply = nlohmann::json::parse(error_message(message.error().id, message.error().error), nullptr, false);
    require(reply.is_object() && reply["type"] == "error" && reply["detail"].is_object());
  }
  return 0;
}
