#include "kite/text_message.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "base/json_text.hpp"

namespace subd::kite {
namespace {

constexpr std::array<std::string_view, 4> kNames{"order", "error", "message", "other"};

void append_head(std::string& out, TextKind kind) {
  out += R"({"type":")";
  out += text_kind_name(kind);
  out += R"(","data":)";
}

void append_string_message(std::string& out, TextKind kind, std::string_view text) {
  append_head(out, kind);
  base::append_json_string(out, text);
  out += '}';
}

}  // namespace

std::string_view text_kind_name(TextKind kind) noexcept {
  return kNames[static_cast<std::size_t>(kind)];
}

TextMessage parse_text_message(std::string_view text) {
  const nlohmann::json message = nlohmann::json::parse(text, nullptr, false);
  const auto type = message.is_object() ? message.find("type") : message.end();
  if (message.is_object() && type != message.end() && type->is_string()) {
    for (const TextKind kind : {TextKind::Order, TextKind::Error, TextKind::Message}) {
      if (type->get_ref<const std::string&>() != text_kind_name(kind)) continue;
      const auto data = message.find("data");
      if (data == message.end()) return {kind, {}};
      return {kind, data->is_string() ? data->get<std::string>() : data->dump()};
    }
  }
  return {TextKind::Other, std::string{text}};
}

void append_error(std::string& out, std::string_view text) {
  append_string_message(out, TextKind::Error, text);
}

void append_message(std::string& out, std::string_view text) {
  append_string_message(out, TextKind::Message, text);
}

void append_order(std::string& out, std::string_view order) {
  append_head(out, TextKind::Order);
  out += order;
  out += '}';
}

}  // namespace subd::kite
