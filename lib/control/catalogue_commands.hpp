#pragma once

#include "control/commands.hpp"

/// The commands of instruments and stored bars, for the tables of reads and writes. Private to this module.
namespace subd::control {

// Reads.
[[nodiscard]] Response find_instruments(Backend& backend, const Call& call);
[[nodiscard]] Response show_instrument(Backend& backend, const Call& call);
[[nodiscard]] Response stored_streams(Backend& backend, const Call& call);
[[nodiscard]] Response export_bars(Backend& backend, const Call& call);

// Writes.
[[nodiscard]] Response import_instruments(Backend& backend, const Call& call);
[[nodiscard]] Response import_bars(Backend& backend, const Call& call);
[[nodiscard]] Response backfill_bars(Backend& backend, const Call& call);

}  // namespace subd::control
