#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/backend.hpp"
#include "daemon/instrument_commands.hpp"
#include "daemon/service.hpp"
#include "market/calendar_set.hpp"
#include "store/bar_store.hpp"

namespace subd::daemon {

/// Stored bars for the control socket: list, import, export, backfill.
///
/// Owner: the control thread, but for the constructor. A symbol that is known is canonical here as everywhere and has
/// the calendar of its exchange; another one is taken as it is written and trades around the clock.
class BarCommands {
 public:
  /// Bars that are asked of the feed at once: as many as a client may ask for, because it costs the market thread as
  /// much.
  static constexpr std::size_t kMostBackfilled = 5000;

  /// `of_feed` is what the feed delivers. All outlive this object.
  BarCommands(Service& service, std::shared_ptr<const market::InstrumentTable> of_feed,
              const InstrumentCommands& instruments, const market::CalendarSet& calendars) noexcept
      : service_{service}, of_feed_{std::move(of_feed)}, instruments_{instruments}, calendars_{calendars} {}

  [[nodiscard]] control::Reply<std::vector<control::StoredStream>> streams();
  [[nodiscard]] control::Reply<std::string> export_csv(const control::BarExport& wanted);
  [[nodiscard]] control::Reply<control::BarImportReport> import(const control::BarStream& stream, std::string_view csv);
  [[nodiscard]] control::Reply<control::BarImportReport> backfill(const std::string& symbol,
                                                                  const std::string& timeframe,
                                                                  std::optional<base::UtcTime> from);

 private:
  [[nodiscard]] control::Reply<store::StreamKey> key_of(const control::BarStream& stream) const;
  /// Stores the bars and tells of them. REQUIRES: not empty, in order.
  [[nodiscard]] control::Reply<control::BarImportReport> keep(const store::StreamKey& key,
                                                              std::vector<market::Bar> bars);

  Service& service_;
  std::shared_ptr<const market::InstrumentTable> of_feed_;
  const InstrumentCommands& instruments_;
  const market::CalendarSet& calendars_;
};

}  // namespace subd::daemon
