#pragma once

#include <span>
#include <string_view>

namespace subd::store {

/// The steps that make an empty file today's schema: step i (from 0) takes version i to version i + 1.
///
/// Rule: a step that was released is never edited; a change of the schema is a new step at the end.
[[nodiscard]] std::span<const std::string_view> migrations() noexcept;

}  // namespace subd::store
