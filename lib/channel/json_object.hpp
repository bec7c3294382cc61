#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::channel {

/// Writes one JSON object, member by member, into a text that grows; the end of its scope ends the object. Internal to
/// the module.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_{out} { out_ += '{'; }
  ~JsonObject() { out_ += '}'; }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  /// Whose value the caller appends to the returned text before the next member. REQUIRES: keys differ.
  std::string& member(std::string_view key) {
    if (out_.back() != '{') out_ += ',';
    base::append_json_string(out_, key);
    out_ += ':';
    return out_;
  }
  /// null where it is unknown.
  void number(std::string_view key, double value) { base::append_number(member(key), value); }
  void text(std::string_view key, std::string_view value) { base::append_json_string(member(key), value); }
  void time(std::string_view key, base::UtcTime value) {
    member(key) += '"';
    base::append_time(out_, value);
    out_ += '"';
  }

 private:
  std::string& out_;
};

}  // namespace subd::channel
