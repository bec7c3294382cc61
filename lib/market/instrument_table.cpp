#include "market/instrument_table.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/nearest.hpp"

namespace subd::market {
namespace {

constexpr std::chrono::year_month_day kExpiry{std::chrono::year{2030}, std::chrono::month{12}, std::chrono::day{26}};
constexpr double kLot = 75;

Instrument index(std::uint32_t token, std::string symbol, std::string name) {
  Instrument out;
  out.token = token;
  out.symbol = std::move(symbol);
  out.name = std::move(name);
  out.exchange = "NSE";
  out.segment = "INDICES";
  out.type = InstrumentType::Index;
  return out;
}

Instrument equity(std::uint32_t token, std::string symbol, std::string name) {
  Instrument out = index(token, std::move(symbol), std::move(name));
  out.segment = "NSE";
  out.type = InstrumentType::Equity;
  return out;
}

Instrument derivative(std::uint32_t token, std::string symbol, InstrumentType type) {
  Instrument out;
  out.token = token;
  out.symbol = std::move(symbol);
  out.exchange = "NFO";
  out.segment = type == InstrumentType::Future ? "NFO-FUT" : "NFO-OPT";
  out.type = type;
  out.underlying = "NIFTY50";
  out.expiry = kExpiry;
  out.lot_size = kLot;
  return out;
}

InstrumentTable make_builtin() {
  InstrumentTable table;
  table.add(index(256265, "NIFTY50", "NIFTY 50"));
  table.add(index(260105, "BANKNIFTY", "NIFTY BANK"));
  table.add(equity(738561, "RELIANCE", "RELIANCE INDUSTRIES"));
  table.add(equity(2953217, "TCS", "TATA CONSULTANCY SERVICES"));
  table.add(equity(408065, "INFY", "INFOSYS"));
  table.add(equity(341249, "HDFCBANK", "HDFC BANK"));
  table.add(equity(779521, "SBIN", "STATE BANK OF INDIA"));
  table.add(derivative(9000001, "NIFTY50FUT", InstrumentType::Future));
  std::uint32_t token = 9000100;
  for (const int strike : {24'300, 24'400, 24'500, 24'600, 24'700}) {
    for (const InstrumentType type : {InstrumentType::Call, InstrumentType::Put}) {
      Instrument option =
          derivative(token++, fmt::format("NIFTY50{}{}", strike, type == InstrumentType::Call ? "CE" : "PE"), type);
      option.strike = strike;
      table.add(std::move(option));
    }
  }
  return table;
}

}  // namespace

std::optional<InstrumentId> InstrumentTable::add(Instrument instrument) {
  const InstrumentId id{static_cast<std::uint32_t>(instruments_.size())};
  if (!by_symbol_.try_emplace(instrument.symbol, id).second) return std::nullopt;
  for (const std::string& alias : instrument.aliases) by_alias_.try_emplace(alias, id);
  instruments_.push_back(std::move(instrument));
  return id;
}

std::optional<InstrumentId> InstrumentTable::find(std::string_view name) const {
  if (const auto it = by_symbol_.find(name); it != by_symbol_.end()) return it->second;
  if (const auto it = by_alias_.find(name); it != by_alias_.end()) return it->second;
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto it = by_symbol_.find(name.substr(colon + 1));
  if (it == by_symbol_.end() || (*this)[it->second].exchange != name.substr(0, colon)) return std::nullopt;
  return it->second;
}

std::vector<std::string_view> InstrumentTable::nearest(std::string_view symbol, std::size_t limit) const {
  std::vector<std::string_view> symbols;
  symbols.reserve(instruments_.size());
  for (const Instrument& instrument : instruments_) symbols.push_back(instrument.symbol);
  return base::nearest(symbol, symbols, limit);
}

const InstrumentTable& builtin_instruments() {
  static const InstrumentTable table = make_builtin();
  return table;
}

}  // namespace subd::market
