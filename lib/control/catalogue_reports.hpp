#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

/// What the control socket reports of instruments and stored bars: plain copies, written by catalogue_json.hpp.
namespace subd::control {

struct InstrumentReport {
  std::string symbol;
  std::string name;
  std::string exchange;
  std::string segment;
  std::string type;  ///< `index equity future call put other`
  std::uint32_t token = 0;
  std::string underlying;  ///< empty where there is none
  std::optional<double> strike;
  std::optional<std::string> expiry;  ///< `2025-11-27`
  double lot_size = 0;
  double tick_size = 0;
  std::vector<std::string> aliases;
  bool served = false;  ///< the running feed delivers it
};

struct InstrumentSearch {
  std::string text;      ///< empty = all that pass the filters
  std::string exchange;  ///< empty = all
  std::string type;      ///< empty = all
  std::size_t limit = 20;
};

struct InstrumentList {
  std::vector<InstrumentReport> instruments;  ///< best first
  std::size_t known = 0;                      ///< all that can be searched
  std::size_t imported = 0;                   ///< of those that an operator brought
  std::optional<base::UtcTime> imported_at;
};

/// A row of a file that was left out.
struct RowReport {
  std::size_t line = 0;
  std::string message;
};

struct InstrumentImportReport {
  std::size_t instruments = 0;
  std::size_t bad_rows = 0;
  std::vector<RowReport> problems;  ///< the first of them
  base::UtcTime imported_at{};
};

/// Whose bars. An empty source is the market of the running feed.
struct BarStream {
  std::string symbol;
  std::string timeframe;
  std::string source;
};

struct StoredStream {
  BarStream stream;
  std::size_t bars = 0;
  base::UtcTime first{};  ///< start of the oldest bar
  base::UtcTime last{};   ///< start of the newest bar
  std::size_t gaps = 0;
};

struct BarExport {
  BarStream stream;
  std::optional<base::UtcTime> from;  ///< by the start of a bar
  std::optional<base::UtcTime> to;    ///< exclusive
  std::size_t limit = 0;              ///< rows at most, oldest first
};

/// What was stored, by a file or by the feed's history.
struct BarImportReport {
  BarStream stream;
  std::size_t bars = 0;  ///< taken; those that were there already are replaced
  std::size_t bad_rows = 0;
  std::vector<RowReport> problems;  ///< the first of them
  std::optional<base::UtcTime> first;
  std::optional<base::UtcTime> last;
};

}  // namespace subd::control
