#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "feed/row_problems.hpp"
#include "market/bar.hpp"
#include "market/trading_calendar.hpp"

/// Bars as CSV: what `subctl bars export` writes, `subctl bars import` reads and a replay plays.
namespace subd::feed {

/// `timestamp,open,high,low,close,volume,oi` and a line end.
[[nodiscard]] std::string_view bar_csv_header() noexcept;

/// One row: time in ISO 8601 UTC, numbers in their shortest form, an empty oi where there is none.
void append_bar_csv(std::string& out, const market::Bar& bar);

struct BarFile {
  std::vector<market::Bar> bars;  ///< each later than the one before
  RowProblems problems;
};

/// What makes a whole file unreadable: the header, and what is needed.
struct BarFileError {
  std::string message;
};

/// Reads bars with the columns of a replayed file (see replay_row.hpp). Times without an offset are in the time of
/// `calendar`, which also gives the trading day. A row that makes no sense, or that is not after the one before it, is
/// left out and reported.
[[nodiscard]] base::Result<BarFile, BarFileError> read_bar_csv(std::istream& in,
                                                               const market::TradingCalendar& calendar);

}  // namespace subd::feed
