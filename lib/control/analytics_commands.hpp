#pragma once

#include "control/commands.hpp"

/// The commands of analytics, for the table of reads. Private to this module.
namespace subd::control {

[[nodiscard]] Response usage_top(Backend& backend, const Call& call);
[[nodiscard]] Response usage_trend(Backend& backend, const Call& call);

}  // namespace subd::control
