#pragma once

#include "control/commands.hpp"

/// The commands of API keys, for the tables of reads and writes. Private to this module.
namespace subd::control {

// Reads.
[[nodiscard]] Response list_api_keys(Backend& backend, const Call& call);

// Writes.
[[nodiscard]] Response add_api_key(Backend& backend, const Call& call);
[[nodiscard]] Response remove_api_key(Backend& backend, const Call& call);

}  // namespace subd::control
