#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

/// The pieces of server messages. Internal to the module; each appends `,"key":value`.
namespace subd::wire::message_text {

/// `{"type":"TYPE"` and the echoed id, JSON text as received, if any.
[[nodiscard]] std::string begin(std::string_view type, std::string_view request_id = {});

void append_key(std::string& out, std::string_view key);
void append_text(std::string& out, std::string_view key, std::string_view value);
/// The text, or null where it is empty.
void append_optional_text(std::string& out, std::string_view key, std::string_view value);
void append_count(std::string& out, std::string_view key, std::uint64_t value);
void append_milliseconds(std::string& out, std::string_view key, std::chrono::milliseconds value);
void append_time(std::string& out, std::string_view key, base::UtcTime value);

}  // namespace subd::wire::message_text
