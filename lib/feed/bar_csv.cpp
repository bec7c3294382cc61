#include "feed/bar_csv.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "feed/csv_reader.hpp"
#include "feed/replay_row.hpp"

namespace subd::feed {
namespace {

market::Bar bar_of(const ReplayRow& row, const market::TradingCalendar& calendar) {
  return {.start = row.time,
          .open = row.open,
          .high = row.high,
          .low = row.low,
          .close = row.close,
          .volume = row.volume,
          .oi = row.open_interest,
          .trading_day = calendar.day_at(row.time)};
}

}  // namespace

std::string_view bar_csv_header() noexcept {
  return "timestamp,open,high,low,close,volume,oi\n";
}

void append_bar_csv(std::string& out, const market::Bar& bar) {
  base::append_time(out, bar.start);
  for (const double value : {bar.open, bar.high, bar.low, bar.close, bar.volume}) {
    out += ',';
    base::append_number(out, value);
  }
  out += ',';
  if (!std::isnan(bar.oi)) base::append_number(out, bar.oi);
  out += '\n';
}

base::Result<BarFile, BarFileError> read_bar_csv(std::istream& in, const market::TradingCalendar& calendar) {
  CsvReader reader{in};
  const CsvOutcome first = reader.next();
  if (first == CsvOutcome::End) return BarFileError{"there is no header"};
  if (first == CsvOutcome::Malformed) {
    return BarFileError{fmt::format("line {}: the header has {}", reader.line(), reader.problem())};
  }
  const auto columns = find_columns(reader.fields());
  if (!columns) return BarFileError{columns.error().message};
  if (columns->kind != RowKind::Bars) return BarFileError{"these are ticks; bars need open, high, low and close"};

  BarFile out;
  std::chrono::minutes offset = calendar.offset_at({});
  for (CsvOutcome outcome = reader.next(); outcome != CsvOutcome::End; outcome = reader.next()) {
    if (outcome == CsvOutcome::Malformed) {
      out.problems.add(reader.line(), std::string{reader.problem()});
      continue;
    }
    const auto row = parse_row(*columns, reader.fields(), calendar, offset);
    if (!row) {
      out.problems.add(reader.line(), row.error().message);
    } else if (!out.bars.empty() && row->time <= out.bars.back().start) {
      out.problems.add(reader.line(), fmt::format("time {} is not after the row before", base::time_text(row->time)));
    } else {
      out.bars.push_back(bar_of(*row, calendar));
    }
  }
  return out;
}

}  // namespace subd::feed
