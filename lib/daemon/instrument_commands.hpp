#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "control/backend.hpp"
#include "daemon/known_instruments.hpp"
#include "daemon/service.hpp"

namespace subd::daemon {

/// Instruments for the control socket: search, show, import.
///
/// Owner:   the control thread, but for the constructor.
/// Imports: a new import is searched at once. The feed's own table never changes while it runs, because ids are dense
///          and live in every thread; descriptions reach the feed at the next start.
class InstrumentCommands {
 public:
  /// `of_feed` is what the feed delivers.
  InstrumentCommands(Service& service, std::shared_ptr<const market::InstrumentTable> of_feed,
                     ImportedInstruments imported);

  [[nodiscard]] control::Reply<control::InstrumentList> find(const control::InstrumentSearch& search) const;
  [[nodiscard]] control::Reply<control::InstrumentReport> show(const std::string& name) const;
  [[nodiscard]] control::Reply<control::InstrumentImportReport> import(std::string_view csv);

  /// What is known by that name; null for nothing. Valid until the next import.
  [[nodiscard]] const market::Instrument* known(std::string_view name) const;

 private:
  [[nodiscard]] control::InstrumentReport report(market::InstrumentId id) const;

  Service& service_;
  std::shared_ptr<const market::InstrumentTable> of_feed_;
  std::shared_ptr<const market::InstrumentTable> known_;
  std::size_t imported_;
  std::optional<base::UtcTime> imported_at_;
};

}  // namespace subd::daemon
