#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "market/instrument.hpp"
#include "store/database.hpp"

namespace subd::store {

/// What is stored of an import.
struct InstrumentImport {
  std::size_t count = 0;
  std::optional<base::UtcTime> at;  ///< nullopt when there never was one
};

/// The instruments that an operator brought.
///
/// Owner:  whoever owns the database; cheap to make.
/// Errors: as Database.
class InstrumentStore {
 public:
  explicit InstrumentStore(Database& database) noexcept : database_{database} {}

  /// Takes the place of everything that was stored, as one transaction that survives a loss of power.
  /// REQUIRES: symbols are unique. Of two instruments with one alias the first keeps it.
  [[nodiscard]] Result<void> replace_all(std::span<const market::Instrument> instruments, base::UtcTime at);

  /// By symbol; aliases in the order of the alphabet.
  [[nodiscard]] Result<std::vector<market::Instrument>> all();

  [[nodiscard]] Result<InstrumentImport> last_import();

 private:
  Database& database_;
};

}  // namespace subd::store
