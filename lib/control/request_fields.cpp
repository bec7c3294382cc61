#include "control/request_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "control/percent.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kTimeLimitBytes = 64;

// The value as the reader sent it, short enough for a message.
std::string shown(const Json& value) {
  constexpr std::size_t kShownBytes = 64;
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "...";
  return text;
}

}  // namespace

struct RequestFields::Document {
  Json object;
  bool is_query = false;

  const Json* find(std::string_view name) const {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }

  std::optional<std::int64_t> integer(const Json& value) const {
    if (is_query) return base::parse_integer(value.get_ref<const std::string&>());
    const bool fits =
        value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
    return fits ? std::optional{value.get<std::int64_t>()} : std::nullopt;
  }
};

RequestFields::RequestFields(std::string_view body) : document_{std::make_unique<Document>()} {
  document_->object = body.empty() ? Json::object() : Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document_->object.is_discarded()) {
    error_ = ControlError{400, "bad_json", "the body is not JSON"};
  } else if (!document_->object.is_object()) {
    error_ = ControlError{400, "bad_request", "the body must be a JSON object"};
  }
  if (error_) document_->object = Json::object();
}

RequestFields::RequestFields(Query query) : document_{std::make_unique<Document>()} {
  document_->object = Json::object();
  document_->is_query = true;
  for (std::string_view rest = query.text; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::string_view raw_name = pair.substr(0, pair.find('='));
    const auto name = percent_decoded(raw_name);
    const auto value = percent_decoded(pair.substr(std::min(raw_name.size() + 1, pair.size())));
    if (!name || !value) {
      error_ = bad_request("the query must be NAME=VALUE pairs, percent-encoded");
      return;
    }
    if (!value->empty()) document_->object[*name] = *value;
  }
}

RequestFields::~RequestFields() = default;

void RequestFields::refuse(std::string_view name, std::string_view rule) {
  if (!error_) error_ = bad_request(fmt::format("field {}: {}", name, rule));
}

std::string RequestFields::required_text(std::string_view name, std::size_t limit_bytes) {
  std::string text = optional_text(name, limit_bytes);
  if (text.empty()) refuse(name, "is required, a text that is not empty");
  return text;
}

std::string RequestFields::optional_text(std::string_view name, std::size_t limit_bytes) {
  const Json* value = document_->find(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    refuse(name, fmt::format("{} is not a text", shown(*value)));
    return {};
  }
  std::string text = value->get<std::string>();
  if (text.size() > limit_bytes) {
    refuse(name, fmt::format("has {} bytes, at most {} are allowed", text.size(), limit_bytes));
    return {};
  }
  return text;
}

std::vector<std::string> RequestFields::optional_texts(std::string_view name, std::size_t limit,
                                                       std::size_t limit_bytes) {
  const Json* value = document_->find(name);
  if (value == nullptr) return {};
  const bool texts = value->is_array() &&
                     std::all_of(value->begin(), value->end(), [](const Json& element) { return element.is_string(); });
  if (!texts) {
    refuse(name, fmt::format("{} is not a list of texts", shown(*value)));
    return {};
  }
  if (value->size() > limit) {
    refuse(name, fmt::format("has {} elements, at most {} are allowed", value->size(), limit));
    return {};
  }
  std::vector<std::string> list = value->get<std::vector<std::string>>();
  const auto too_long = std::find_if(list.begin(), list.end(), [limit_bytes](const std::string& text) {
    return text.empty() || text.size() > limit_bytes;
  });
  if (too_long != list.end()) {
    refuse(name, fmt::format("every element must have 1 to {} bytes", limit_bytes));
    return {};
  }
  return list;
}

std::int64_t RequestFields::optional_integer(std::string_view name, std::int64_t absent, std::int64_t least,
                                             std::int64_t most) {
  const Json* value = document_->find(name);
  if (value == nullptr) return absent;
  const std::optional<std::int64_t> number = document_->integer(*value);
  if (!number || *number < least || *number > most) {
    refuse(name, fmt::format("{} is not an integer from {} to {}", shown(*value), least, most));
    return absent;
  }
  return *number;
}

std::optional<base::UtcTime> RequestFields::optional_time(std::string_view name) {
  const std::string text = optional_text(name, kTimeLimitBytes);
  if (text.empty()) return std::nullopt;
  const auto time = base::parse_time(text);
  if (!time) refuse(name, fmt::format("{} is not a time like 2025-11-04T10:35:00Z or 2025-11-04", shown(text)));
  return time;
}

}  // namespace subd::control
