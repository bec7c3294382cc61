#pragma once

#include <span>
#include <string>
#include <string_view>

#include "control/request_fields.hpp"
#include "control/router.hpp"

/// The command tables behind router.hpp, private to this module.
namespace subd::control {

/// What a handler gets to see of a request.
struct Call {
  std::string id;  ///< what `{id}` stood for, decoded; empty in patterns without one
  Query query;
  std::string_view body;
};

struct Command {
  std::string_view method;
  std::string_view pattern;  ///< `/v1/sessions/{id}/close`; at most one `{id}`
  Response (*run)(Backend& backend, const Call& call);
  bool takes_file = false;  ///< its body is a file rather than a JSON object
};

/// Commands that change nothing, and those that do: two tables, so that what an operator may break is in one place.
[[nodiscard]] std::span<const Command> read_commands();
[[nodiscard]] std::span<const Command> write_commands();

/// A session claim, user or id longer than this is refused before the daemon sees it.
constexpr std::size_t kNameLimitBytes = 256;

}  // namespace subd::control
