#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "wire/client_message.hpp"
#include "wire/server_message.hpp"

namespace {

using namespace subd::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_id(const RequestId& id) {
  if (id.empty()) return;
  const auto echo = nlohmann::json::parse(id, nullptr, false);
  require(echo.is_number() || echo.is_string());
  require(!echo.is_string() || echo.get_ref<const std::string&>().size() <= kMaxRequestIdBytes);
}

void check_name(const std::string& name) {
  require(!name.empty() && name.size() <= kMaxNameBytes);
}

void check_indicators(const std::vector<IndicatorRequest>& indicators) {
  require(indicators.size() <= kMaxIndicatorsPerRequest);
  for (const IndicatorRequest& indicator : indicators) {
    check_name(indicator.name);
    if (!indicator.params) continue;
    require(indicator.params->size() <= kMaxParamsPerIndicator);
    for (const auto& [key, value] : *indicator.params) {
      check_name(key);
      if (const auto* text = std::get_if<std::string>(&value)) require(text->size() <= kMaxNameBytes);
    }
  }
}

struct CheckAccepted {
  void operator()(const SubscribeRequest& request) const {
    check_id(request.id);
    check_name(request.symbol);
    check_name(request.timeframe);
    check_indicators(request.indicators);
    require(request.history <= 1'000'000 && request.throttle_ms.value_or(0) <= 1'000'000);
  }
  void operator()(const UnsubscribeRequest& request) const {
    check_id(request.id);
    require(request.symbol.empty() == request.timeframe.empty());
    if (!request.indicators) return;
    require(!request.symbol.empty() && !request.indicators->empty());
    check_indicators(*request.indicators);
  }
  void operator()(const ListRequest& request) const { check_id(request.id); }
  void operator()(const HeartbeatRequest& request) const { check_id(request.id); }
  void operator()(const AuthRequest& request) const {
    check_id(request.id);
    require(!request.token.empty());
  }
  void operator()(const ResumeRequest& request) const {
    check_id(request.id);
    require(request.received.size() <= kMaxPositions);
    for (const StreamPosition& position : request.received) {
      check_name(position.symbol);
      check_name(position.timeframe);
      check_name(position.epoch);
      require(position.seq <= std::uint64_t{1} << 53);
    }
  }
};

void check_refused(const RefusedMessage& refused) {
  check_id(refused.id);
  require(!refused.error.message.empty());
  const auto reply = nlohmann::json::parse(error_message(refused.id, refused.error), nullptr, false);
  require(reply.is_object() && reply["type"] == "error" && reply["detail"].is_object());
  require(reply["code"] == error_code_name(refused.error.code));
  require(reply.contains("id") == !refused.id.empty());
}

}  // namespace

/// Whatever the bytes, parsing ends in a request within its limits or in a refusal that can be sent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto message = parse_client_message(text);
  if (message) {
    std::visit(CheckAccepted{}, *message);
  } else {
    check_refused(message.error());
  }
  return 0;
}
