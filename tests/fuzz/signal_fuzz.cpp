#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "wire/signal_body.hpp"

namespace {

using namespace subd::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

/// A message that clients can read and that says what was accepted.
void check(const SignalDraft& draft) {
  require(is_signal_id(draft.id));
  const auto message = nlohmann::json::parse(signal_message(draft.members, subd::base::UtcTime{}), nullptr, false);
  require(message.is_object() && message["type"] == "signal" && message["id"] == draft.id);
  require(message["premium"] == draft.premium);
  const std::string& symbol = message["symbol"].get_ref<const std::string&>();
  require(!symbol.empty() && symbol.size() <= 64);
  require(message["strength"].is_null() || (message["strength"] >= 0 && message["strength"] <= 100));
  require(message["payload"].is_null() || message["payload"].is_object());
}

}  // namespace

/// Whatever the bytes, reading ends in signals within their limits or in a refusal that says why. What was accepted reads
/// as the same signal again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto drafts = parse_signal_body({reinterpret_cast<const char*>(data), size});
  if (!drafts) {
    require(!drafts.error().message.empty());
    return 0;
  }
  require(!drafts->empty() && drafts->size() <= kMaxSignalsPerBody);
  for (const SignalDraft& draft : *drafts) {
    check(draft);
    const auto again = parse_signal_body("{" + draft.members + "}");
    require(again && again->size() == 1 && again->front().members == draft.members);
  }
  return 0;
}
