#pragma once

#include <string>
#include <string_view>

namespace subd::base {

/// Appends `text` as a JSON string with its quotes. Bytes above 0x7F pass through: the caller vouches for UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace subd::base
