#include "feed/kite_instruments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "feed/csv_header.hpp"
#include "feed/csv_reader.hpp"

namespace subd::feed {
namespace {

using market::Instrument;
using market::InstrumentType;

constexpr std::size_t kLongestSymbol = 64;
constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLongestExchange = 16;

enum Column : std::size_t { Token, Symbol, Name, Expiry, Strike, TickSize, LotSize, Type, Segment, Exchange, Count };
constexpr std::array<std::string_view, Count> kColumns{
    "instrument_token", "tradingsymbol",   "name",    "expiry",  "strike", "tick_size",
    "lot_size",         "instrument_type", "segment", "exchange"};

constexpr std::array<std::string_view, 7> kExchanges{"NSE", "BSE", "NFO", "BFO", "CDS", "BCD", "MCX"};

/// The indices that derivatives are written on: what a contract's `name` calls the index, what the index itself is
/// called in the dump, and its symbol here. The exchanges' contract specifications have the first; the second is what
/// Kite quotes (`NSE:NIFTY 50`, `BSE:SENSEX`).
struct IndexName {
  std::string_view contract;
  std::string_view trading_symbol;
  std::string_view symbol;
};
constexpr std::array<IndexName, 7> kIndices{{{"NIFTY", "NIFTY 50", "NIFTY50"},
                                             {"BANKNIFTY", "NIFTY BANK", "BANKNIFTY"},
                                             {"FINNIFTY", "NIFTY FIN SERVICE", "FINNIFTY"},
                                             {"MIDCPNIFTY", "NIFTY MID SELECT", "MIDCPNIFTY"},
                                             {"NIFTYNXT50", "NIFTY NEXT 50", "NIFTYNXT50"},
                                             {"SENSEX", "SENSEX", "SENSEX"},
                                             {"BANKEX", "BANKEX", "BANKEX"}}};

struct Columns {
  std::array<std::size_t, Count> at{};
  std::size_t count = 0;  ///< of all columns: every row must have as many fields
};

base::Result<Columns, KiteInstrumentsError> find_columns(const CsvHeader& header) {
  Columns out;
  out.count = header.size();
  std::string missing;
  for (std::size_t i = 0; i < Count; ++i) {
    const auto found = header.find({kColumns[i]});
    if (!found) {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", kColumns[i]);
      continue;
    }
    if (header.is_twice(*found)) {
      return KiteInstrumentsError{fmt::format("column {} is there more than once", kColumns[i])};
    }
    out.at[i] = *found;
  }
  if (!missing.empty()) {
    return KiteInstrumentsError{fmt::format("no column {}; there are {}", missing, header.list())};
  }
  return out;
}

/// Reads the fields of one row; the first error sticks.
class Row {
 public:
  Row(const Columns& columns, std::span<const std::string> fields) noexcept : columns_{columns}, fields_{fields} {}

  [[nodiscard]] const std::string& text(Column column) const { return fields_[columns_.at[column]]; }

  std::uint32_t token() {
    const auto value = base::parse_integer(text(Token));
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (value && *value >= 1 && *value <= kMost) return static_cast<std::uint32_t>(*value);
    refuse(Token, fmt::format("an integer from 1 to {}", kMost));
    return 0;
  }

  /// Printable ASCII but what would make a symbol ambiguous or ugly to quote: the colon parts exchange and symbol.
  std::string name_of(Column column, std::size_t longest) {
    const std::string& value = text(column);
    const bool plain = std::all_of(value.begin(), value.end(),
                                   [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != ':'; });
    if (value.empty() || value.size() > longest || !plain) {
      refuse(column, fmt::format("1 to {} printable ASCII characters without quotes, backslashes and colons", longest));
    }
    return value;
  }

  std::string free_text(Column column) {
    if (text(column).size() > kLongestName) refuse(column, fmt::format("at most {} bytes", kLongestName));
    return text(column);
  }

  std::optional<InstrumentType> type() {
    constexpr std::array<std::pair<std::string_view, InstrumentType>, 4> kTypes{{{"EQ", InstrumentType::Equity},
                                                                                 {"FUT", InstrumentType::Future},
                                                                                 {"CE", InstrumentType::Call},
                                                                                 {"PE", InstrumentType::Put}}};
    for (const auto& [name, type] : kTypes) {
      if (text(Type) != name) continue;
      // Kite lists an index as an equity of a segment of its own.
      return type == InstrumentType::Equity && text(Segment) == "INDICES" ? InstrumentType::Index : type;
    }
    refuse(Type, "EQ, FUT, CE or PE");
    return std::nullopt;
  }

  double strike() {
    const auto value = base::parse_number(text(Strike));
    if (!value || *value <= 0) refuse(Strike, "a number above 0 for an option");
    return value.value_or(0);
  }

  std::optional<std::chrono::year_month_day> expiry() {
    const auto date = base::parse_date(text(Expiry));
    if (!date) refuse(Expiry, "a date like 2025-11-27 for a future or an option");
    return date;
  }

  double size(Column column, double unknown) {
    const auto value = base::parse_number(text(column));
    if (!value || *value < 0) refuse(column, "a number from 0");
    return value.value_or(0) > 0 ? *value : unknown;
  }

  void refuse(Column column, std::string_view rule) {
    if (error_.empty())
      error_ = fmt::format("{} must be {}, got {}", kColumns[column], rule, shown_field(text(column)));
  }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  const Columns& columns_;
  std::span<const std::string> fields_;
  std::string error_;
};

void name_index(Instrument& index) {
  const auto it = std::find_if(kIndices.begin(), kIndices.end(),
                               [&](const IndexName& known) { return known.trading_symbol == index.symbol; });
  if (it == kIndices.end()) return;
  for (const std::string_view alias : {it->trading_symbol, it->contract}) {
    if (alias != it->symbol) index.aliases.emplace_back(alias);
  }
  index.symbol = it->symbol;
}

std::string underlying_of(const std::string& name) {
  const auto it =
      std::find_if(kIndices.begin(), kIndices.end(), [&](const IndexName& known) { return known.contract == name; });
  return it != kIndices.end() ? std::string{it->symbol} : name;
}

Instrument read_row(Row& row) {
  Instrument out;
  out.token = row.token();
  out.symbol = row.name_of(Symbol, kLongestSymbol);
  out.name = row.free_text(Name);
  out.exchange = row.name_of(Exchange, kLongestExchange);
  out.segment = row.free_text(Segment);
  out.lot_size = row.size(LotSize, out.lot_size);
  out.tick_size = row.size(TickSize, out.tick_size);
  if (const auto type = row.type()) out.type = *type;
  if (market::has_open_interest(out.type)) {
    out.expiry = row.expiry();
    out.underlying = underlying_of(out.name);
  }
  if (market::is_option(out.type)) out.strike = row.strike();
  if (out.type == InstrumentType::Index) name_index(out);
  return out;
}

/// Takes sound rows in the order of the file; what is there twice is a problem of the later row.
class Collection {
 public:
  explicit Collection(RowProblems& problems) : problems_{problems} {}

  void add(Instrument instrument, std::size_t line) {
    if (tokens_.contains(instrument.token)) {
      problems_.add(line, fmt::format("instrument_token {} is there already", instrument.token));
      return;
    }
    std::vector<std::size_t>& holders = holders_[instrument.symbol];
    for (const std::size_t holder : holders) {
      if (instruments_[holder].exchange != instrument.exchange) continue;
      problems_.add(line, fmt::format("tradingsymbol {} of exchange {} is there already",
                                      shown_field(instrument.symbol), instrument.exchange));
      return;
    }
    tokens_.insert(instrument.token);
    holders.push_back(instruments_.size());
    instruments_.push_back(std::move(instrument));
  }

  /// Gives every symbol to one instrument.
  std::vector<Instrument> finish() {
    for (const auto& [symbol, holders] : holders_) {
      if (holders.size() < 2) continue;
      const auto keeper = *std::min_element(holders.begin(), holders.end(), [this](std::size_t a, std::size_t b) {
        const auto key = [](const Instrument& one) {
          return std::pair{kite_exchange_order(one.exchange), std::string_view{one.exchange}};
        };
        return key(instruments_[a]) < key(instruments_[b]);
      });
      for (const std::size_t holder : holders) {
        Instrument& instrument = instruments_[holder];
        if (holder != keeper) instrument.symbol = fmt::format("{}:{}", instrument.exchange, instrument.symbol);
      }
    }
    return std::move(instruments_);
  }

 private:
  RowProblems& problems_;
  std::vector<Instrument> instruments_;
  std::unordered_map<std::string, std::vector<std::size_t>> holders_;  // by symbol, positions in instruments_
  std::unordered_set<std::uint32_t> tokens_;
};

}  // namespace

std::size_t kite_exchange_order(std::string_view exchange) noexcept {
  return static_cast<std::size_t>(std::find(kExchanges.begin(), kExchanges.end(), exchange) - kExchanges.begin());
}

base::Result<KiteInstruments, KiteInstrumentsError> read_kite_instruments(std::istream& in) {
  CsvReader reader{in};
  const CsvOutcome first = reader.next();
  if (first == CsvOutcome::End) return KiteInstrumentsError{"there is no header"};
  if (first == CsvOutcome::Malformed) {
    return KiteInstrumentsError{fmt::format("line {}: the header has {}", reader.line(), reader.problem())};
  }
  const auto columns = find_columns(CsvHeader{reader.fields()});
  if (!columns) return columns.error();

  KiteInstruments out;
  Collection collection{out.problems};
  for (CsvOutcome outcome = reader.next(); outcome != CsvOutcome::End; outcome = reader.next()) {
    if (outcome == CsvOutcome::Malformed) {
      out.problems.add(reader.line(), std::string{reader.problem()});
      continue;
    }
    if (reader.fields().size() != columns->count) {
      out.problems.add(reader.line(),
                       fmt::format("{} fields where the header has {}", reader.fields().size(), columns->count));
      continue;
    }
    Row row{*columns, reader.fields()};
    Instrument instrument = read_row(row);
    if (row.error().empty()) {
      collection.add(std::move(instrument), reader.line());
    } else {
      out.problems.add(reader.line(), row.error());
    }
  }
  out.instruments = collection.finish();
  return out;
}

}  // namespace subd::feed
