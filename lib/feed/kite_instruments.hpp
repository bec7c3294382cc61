#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "feed/row_problems.hpp"
#include "market/instrument.hpp"

namespace subd::feed {

/// What a dump of Kite's instruments says.
struct KiteInstruments {
  /// Symbols are unique, and so are tokens; in the order of the file.
  std::vector<market::Instrument> instruments;
  RowProblems problems;
};

/// What makes a whole dump unreadable: the header, and what is needed.
struct KiteInstrumentsError {
  std::string message;
};

/// Reads the CSV of Kite's `/instruments`: `instrument_token tradingsymbol name expiry strike tick_size lot_size
/// instrument_type segment exchange`, found by name and in any order; other columns are ignored. A row that makes no
/// sense is left out and reported, the rest counts.
///
/// Symbol:     the trading symbol. Where several exchanges have it, the first of kite_exchange_order() keeps it and the
///             others go by `EXCHANGE:SYMBOL` (`BSE:RELIANCE`); that form finds the first one too.
/// Indices:    those with derivatives go by the name that their options have, NIFTY by NIFTY50, and keep the trading
///             symbol as an alias: `NIFTY50` is found as `NIFTY 50` and `NIFTY`.
/// Derivative: its underlying is the symbol of its `name`; of an index as above, so that a chain meets its index.
/// 0 as tick size or lot size means that Kite does not say; the instrument keeps the default.
[[nodiscard]] base::Result<KiteInstruments, KiteInstrumentsError> read_kite_instruments(std::istream& in);

/// NSE BSE NFO BFO CDS BCD MCX: who keeps a trading symbol that several have. Others follow, by name.
[[nodiscard]] std::size_t kite_exchange_order(std::string_view exchange) noexcept;

}  // namespace subd::feed
