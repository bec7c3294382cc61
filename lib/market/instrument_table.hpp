#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "market/instrument.hpp"

namespace subd::market {

/// Instruments, by dense id, by symbol and by alias: those that a feed can deliver, or all that are known.
///
/// Threads:    built by one thread, then shared as `shared_ptr<const InstrumentTable>` and read from any.
/// Invariants: symbols are unique; ids are 0 .. size() - 1 in insertion order and never change. A symbol goes before an
///             alias of the same text, and of two instruments with one alias the first keeps it.
class InstrumentTable {
 public:
  /// nullopt, and nothing changed, when the symbol is already there.
  std::optional<InstrumentId> add(Instrument instrument);

  [[nodiscard]] const Instrument& operator[](InstrumentId id) const noexcept {
    return instruments_[static_cast<std::size_t>(id)];
  }
  /// By symbol, by alias, or as `EXCHANGE:SYMBOL`; case counts. Constant time.
  [[nodiscard]] std::optional<InstrumentId> find(std::string_view name) const;
  [[nodiscard]] std::size_t size() const noexcept { return instruments_.size(); }
  [[nodiscard]] const std::vector<Instrument>& all() const noexcept { return instruments_; }

  /// Symbols a person may have meant, best first; for error messages. Looks at every symbol: see base::nearest for the
  /// cost.
  [[nodiscard]] std::vector<std::string_view> nearest(std::string_view symbol, std::size_t limit = 3) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  std::vector<Instrument> instruments_;
  using Index = std::unordered_map<std::string, InstrumentId, Hash, std::equal_to<>>;
  Index by_symbol_;
  Index by_alias_;
};

/// The instruments that subd knows without being told: NIFTY50 and BANKNIFTY indices, RELIANCE TCS INFY HDFCBANK SBIN
/// equities, a NIFTY50 future and a NIFTY50 option chain of five strikes, on their Indian exchanges.
[[nodiscard]] const InstrumentTable& builtin_instruments();

}  // namespace subd::market
