#pragma once

#include <string>
#include <string_view>

namespace subd::indicator {

/// ASCII letters of either case are the same.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// What a user sent, fit to be quoted in a message: at most 40 bytes, cut between UTF-8 characters and marked `...`.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace subd::indicator
