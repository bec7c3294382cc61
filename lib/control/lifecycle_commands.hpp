#pragma once

#include "control/commands.hpp"

/// The commands that change what runs as a whole.
namespace subd::control {

[[nodiscard]] Response reload(Backend& backend, const Call& call);
[[nodiscard]] Response drain(Backend& backend, const Call& call);

}  // namespace subd::control
