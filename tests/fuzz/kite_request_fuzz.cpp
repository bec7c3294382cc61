#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "kite/request.hpp"
#include "kite/text_message.hpp"

namespace {

using namespace subd::kite;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Write {
  std::string& out;
  void operator()(const SubscribeRequest& request) const { append_subscribe(out, request.tokens); }
  void operator()(const UnsubscribeRequest& request) const { append_unsubscribe(out, request.tokens); }
  void operator()(const ModeRequest& request) const { append_mode(out, request.mode, request.tokens); }
};

std::string written(const Request& request) {
  std::string out;
  std::visit(Write{out}, request);
  return out;
}

}  // namespace

/// Whatever the text: a request that reads back as it is written, or a short refusal; the same text from the other side
/// is a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto request = parse_request(text)) {
    const std::string once = written(*request);
    const auto again = parse_request(once);
    require(again && again->index() == request->index());
    require(written(*again) == once);
  } else {
    require(!request.error().message.empty() && request.error().message.size() < 250);
  }
  const TextMessage message = parse_text_message(text);
  require(message.kind != TextKind::Other || message.data == text);
  return 0;
}
