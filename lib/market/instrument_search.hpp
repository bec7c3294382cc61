#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "market/instrument_table.hpp"

namespace subd::market {

struct InstrumentQuery {
  std::string text;      ///< what a person typed; empty = everything that passes the filters
  std::string exchange;  ///< empty = all
  std::optional<InstrumentType> type;
  std::size_t limit = 20;
};

/// Instruments that a person may be looking for, best first, whatever the case of the letters (ASCII):
///
///   1. the text is the symbol, an alias or `EXCHANGE:SYMBOL`
///   2. the symbol or an alias begins with the text
///   3. every word of the text begins a word of the symbol or the name: `hdfc ba`
///   4. where there is none of these: symbols that are nearest to the text
///
/// Within a rank: by type (index, equity, future, call, put), expiry, length of the symbol, symbol.
/// Looks at every instrument of the table; about 10 ms for 100,000.
[[nodiscard]] std::vector<InstrumentId> search(const InstrumentTable& table, const InstrumentQuery& query);

}  // namespace subd::market
