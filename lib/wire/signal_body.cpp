#include "wire/signal_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "wire/message_envelope.hpp"
#include "wire/message_text.hpp"
#include "wire/request_fields.hpp"

namespace subd::wire {
namespace {

using nlohmann::json;
using request_fields::json_type;
using Kind = SignalBodyError::Kind;

constexpr std::size_t kMaxSymbolBytes = 64;
constexpr double kMostStrength = 100;
constexpr std::array<std::string_view, 4> kSides{"BUY", "SELL", "HOLD", "EXIT"};

bool is_id_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == ':' || c == '-';
}

bool is_plain(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// The fields of one signal; keeps the first thing that is wrong, and readers go on with defaults.
class FieldReader {
 public:
  /// `prefix` stands before the names in errors: `signals[3].`.
  FieldReader(const json& object, std::string prefix) : object_{object}, prefix_{std::move(prefix)} {}

  void refuse(std::string_view field, std::string_view allowed, std::string_view found, Kind kind = Kind::BadField) {
    if (error_) return;
    error_ = SignalBodyError{kind, fmt::format("{}{} must be {}, got {}", prefix_, field, allowed, found)};
  }

  /// Present, and neither null nor of another type; else refused.
  const std::string* required_text(std::string_view field, std::string_view allowed) {
    const json* value = find(field);
    if (value != nullptr && value->is_string()) return value->get_ptr<const std::string*>();
    refuse(field, allowed, value == nullptr ? "nothing" : json_type(*value));
    return nullptr;
  }

  std::string id() {
    const std::string allowed = fmt::format("1 to {} letters, digits and ._:-", kMaxSignalIdBytes);
    const std::string* text = required_text("id", allowed);
    if (text == nullptr || is_signal_id(*text)) return text == nullptr ? std::string{} : *text;
    refuse("id", allowed, request_fields::quoted(*text));
    return {};
  }

  bool premium() {
    const json* value = find("premium");
    if (value == nullptr) return false;
    if (!value->is_boolean()) refuse("premium", "true or false", json_type(*value));
    return value->is_boolean() && value->get<bool>();
  }

  std::string symbol() {
    const std::string allowed = fmt::format("1 to {} bytes without control characters", kMaxSymbolBytes);
    const std::string* text = required_text("symbol", allowed);
    if (text == nullptr) return {};
    if (text->empty() || text->size() > kMaxSymbolBytes || !is_plain(*text))
      refuse("symbol", allowed, request_fields::quoted(*text));
    return *text;
  }

  std::string side() {
    constexpr std::string_view kAllowed = "one of BUY, SELL, HOLD, EXIT";
    const std::string* text = required_text("side", kAllowed);
    if (text == nullptr) return {};
    if (std::find(kSides.begin(), kSides.end(), *text) == kSides.end())
      refuse("side", kAllowed, request_fields::quoted(*text));
    return *text;
  }

  /// JSON: the number, or null where there is none.
  std::string strength() {
    const json* value = find("strength");
    if (value == nullptr) return "null";
    constexpr std::string_view kAllowed = "a number from 0 to 100";
    const double number = value->is_number() ? value->get<double>() : -1;
    if (!value->is_number()) {
      refuse("strength", kAllowed, json_type(*value));
    } else if (!(number >= 0 && number <= kMostStrength)) {
      refuse("strength", kAllowed, base::number_text(number));
    }
    return base::number_text(number == 0 ? 0 : number);  // not -0
  }

  std::optional<base::UtcTime> created_at() {
    const json* value = find("created_at");
    if (value == nullptr) return std::nullopt;
    constexpr std::string_view kAllowed = "a time such as 2025-11-04T10:35:00.000Z";
    if (!value->is_string()) {
      refuse("created_at", kAllowed, json_type(*value));
      return std::nullopt;
    }
    const auto& text = value->get_ref<const std::string&>();
    const auto time = base::parse_time(text);
    if (!time) refuse("created_at", kAllowed, request_fields::quoted(text));
    return time;
  }

  /// JSON: the object, or null where there is none.
  std::string payload() {
    const json* value = find("payload");
    if (value == nullptr) return "null";
    if (!value->is_object()) {
      refuse("payload", "an object", json_type(*value));
      return {};
    }
    std::string text = value->dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > kMaxSignalPayloadBytes) {
      refuse("payload", fmt::format("at most {} bytes long", kMaxSignalPayloadBytes), fmt::to_string(text.size()),
             Kind::TooMany);
    }
    return text;
  }

  [[nodiscard]] const std::optional<SignalBodyError>& error() const { return error_; }

 private:
  const json* find(std::string_view field) const {
    const json* value = request_fields::find(object_, field);
    return value != nullptr && value->is_null() ? nullptr : value;
  }

  const json& object_;
  std::string prefix_;
  std::optional<SignalBodyError> error_;
};

base::Result<SignalDraft, SignalBodyError> parse_signal(const json& object, const std::string& path) {
  if (!object.is_object()) {
    return SignalBodyError{Kind::BadField, fmt::format("{} must be an object, got {}", path.empty() ? "the body" : path,
                                                       json_type(object))};
  }
  FieldReader reader{object, path.empty() ? std::string{} : path + "."};
  SignalDraft draft;
  draft.id = reader.id();
  draft.premium = reader.premium();
  const std::string symbol = reader.symbol();
  const std::string side = reader.side();
  const std::string strength = reader.strength();
  draft.created_at = reader.created_at();
  const std::string payload = reader.payload();
  if (reader.error()) return *reader.error();
  std::string& out = draft.members;
  out.reserve(draft.id.size() + symbol.size() + payload.size() + 96);
  out = R"("id":)";
  base::append_json_string(out, draft.id);
  out += draft.premium ? R"(,"premium":true)" : R"(,"premium":false)";
  message_text::append_text(out, "symbol", symbol);
  message_text::append_text(out, "side", side);
  message_text::append_key(out, "strength");
  out += strength;
  message_text::append_key(out, "payload");
  out += payload;
  return draft;
}

}  // namespace

bool is_signal_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxSignalIdBytes && std::all_of(text.begin(), text.end(), is_id_character);
}

base::Result<std::vector<SignalDraft>, SignalBodyError> parse_signal_body(std::string_view text) {
  json body;
  if (const auto error = parse_json(text, body)) return SignalBodyError{Kind::NotJson, "the body: " + error->message};
  const json* list = body.is_object() ? request_fields::find(body, "signals") : &body;
  std::vector<SignalDraft> out;
  if (list == nullptr || (list == &body && !body.is_array())) {
    auto draft = parse_signal(body, {});
    if (!draft) return draft.error();
    out.push_back(std::move(*draft));
    return out;
  }
  constexpr std::string_view kAllowed = "a list of 1 to {} signals";
  if (!list->is_array() || list->empty() || list->size() > kMaxSignalsPerBody) {
    const bool too_many = list->is_array() && !list->empty();
    return SignalBodyError{
        too_many ? Kind::TooMany : Kind::BadField,
        fmt::format("signals must be {}, got {}", fmt::format(kAllowed, kMaxSignalsPerBody),
                    list->is_array() ? fmt::format("{}", list->size()) : std::string{json_type(*list)})};
  }
  for (const json& element : *list) {
    auto draft = parse_signal(element, fmt::format("signals[{}]", out.size()));
    if (!draft) return draft.error();
    out.push_back(std::move(*draft));
  }
  return out;
}

std::string signal_message(std::string_view members, base::UtcTime created_at) {
  std::string out = message_text::begin("signal");
  out.reserve(out.size() + members.size() + 48);
  out += ',';
  out += members;
  message_text::append_time(out, "created_at", created_at);
  out += '}';
  return out;
}

}  // namespace subd::wire
