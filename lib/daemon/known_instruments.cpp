#include "daemon/known_instruments.hpp"

#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "store/instrument_store.hpp"

namespace subd::daemon {

ImportedInstruments load_imported_instruments(const std::filesystem::path& file) {
  ImportedInstruments out;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return out;
  const auto give_up = [&](const store::StoreError& error) {
    base::log::warn("daemon", "imported instruments cannot be read", {{"reason", error.message}});
    return ImportedInstruments{};
  };
  auto database = store::Database::open(file);
  if (!database) return give_up(database.error());
  store::InstrumentStore instruments{*database};
  const auto import = instruments.last_import();
  if (!import) return give_up(import.error());
  auto all = instruments.all();
  if (!all) return give_up(all.error());
  out.instruments = std::move(*all);
  out.at = import->at;
  return out;
}

market::InstrumentTable descriptions(const ImportedInstruments& imported) {
  market::InstrumentTable out;
  for (const market::Instrument& instrument : imported.instruments) out.add(instrument);
  for (const market::Instrument& instrument : market::builtin_instruments().all()) out.add(instrument);
  return out;
}

std::shared_ptr<const market::InstrumentTable> searchable(const market::InstrumentTable& of_feed,
                                                          std::vector<market::Instrument> imported) {
  auto out = std::make_shared<market::InstrumentTable>(of_feed);
  for (market::Instrument& instrument : imported) out->add(std::move(instrument));
  return out;
}

}  // namespace subd::daemon
