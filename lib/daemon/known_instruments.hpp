#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "market/instrument_table.hpp"

namespace subd::daemon {

/// The instruments that an operator imported.
struct ImportedInstruments {
  std::vector<market::Instrument> instruments;  ///< unique symbols
  std::optional<base::UtcTime> at;              ///< nullopt when there never was an import
};

/// Reads them from the database, before the store thread owns it. Nothing that is wrong with the file stops a start: it
/// is logged, and the store says it again.
[[nodiscard]] ImportedInstruments load_imported_instruments(const std::filesystem::path& file);

/// What a feed takes descriptions from at the start: the imported instruments, then the built-in ones that are not
/// among them.
[[nodiscard]] market::InstrumentTable descriptions(const ImportedInstruments& imported);

/// What can be searched: the feed's instruments in the feed's own words, with the ids that they have there, then the
/// imported ones that are not among them.
[[nodiscard]] std::shared_ptr<const market::InstrumentTable> searchable(const market::InstrumentTable& of_feed,
                                                                        std::vector<market::Instrument> imported);

}  // namespace subd::daemon
