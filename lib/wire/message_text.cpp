#include "wire/message_text.hpp"

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::wire::message_text {

std::string begin(std::string_view type, std::string_view request_id) {
  std::string out = R"({"type":")";
  out += type;
  out += '"';
  if (!request_id.empty()) {
    out += R"(,"id":)";
    out += request_id;
  }
  return out;
}

void append_key(std::string& out, std::string_view key) {
  out += ",\"";
  out += key;
  out += "\":";
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  base::append_json_string(out, value);
}

void append_optional_text(std::string& out, std::string_view key, std::string_view value) {
  if (!value.empty()) {
    append_text(out, key, value);
    return;
  }
  append_key(out, key);
  out += "null";
}

void append_count(std::string& out, std::string_view key, std::uint64_t value) {
  append_key(out, key);
  base::append_number(out, value);
}

void append_milliseconds(std::string& out, std::string_view key, std::chrono::milliseconds value) {
  append_key(out, key);
  base::append_number(out, std::int64_t{value.count()});
}

void append_time(std::string& out, std::string_view key, base::UtcTime value) {
  append_key(out, key);
  out += '"';
  base::append_time(out, value);
  out += '"';
}

}  // namespace subd::wire::message_text
