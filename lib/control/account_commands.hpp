#pragma once

#include "control/commands.hpp"

/// The commands of users, signals and revoked tokens, for the tables of reads and writes. Private to this module.
namespace subd::control {

// Reads.
[[nodiscard]] Response list_users(Backend& backend, const Call& call);
[[nodiscard]] Response list_signals(Backend& backend, const Call& call);
[[nodiscard]] Response list_revocations(Backend& backend, const Call& call);

// Writes.
[[nodiscard]] Response set_tier(Backend& backend, const Call& call);
[[nodiscard]] Response revoke_tokens(Backend& backend, const Call& call);

}  // namespace subd::control
