#pragma once

#include <memory>
#include <string>
#include <vector>

#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"

namespace subd::feed {

/// What a file of SSI messages is about.
struct SsiMarket {
  /// In the order in which the file names them first; their tokens count from 1 in the same order.
  std::shared_ptr<const market::InstrumentTable> instruments;
  /// By InstrumentId: X or X-TRADE tell its trades, so that B would tell them twice.
  std::vector<bool> has_trades;
};

/// Reads the file once. An instrument that `known` describes on the same exchange is that; the others are equities,
/// futures and indices by what their messages are. One whose exchange has no calendar trades around the clock.
/// Throws SpecificationError when the file cannot be read or holds no message of an instrument.
[[nodiscard]] SsiMarket scan_ssi_file(const std::string& path, const market::CalendarSet& calendars,
                                      const market::InstrumentTable& known);

/// `VN30` of `VN30F2104` and `VN30F1M`; empty for a symbol of another form.
[[nodiscard]] std::string_view underlying_of_future(std::string_view symbol) noexcept;

}  // namespace subd::feed
