// Any bytes as a dump of instruments: what comes out is sound and has one place in a table, and what a line lost is
// told.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <unordered_set>

#include "feed/kite_instruments.hpp"
#include "market/instrument_search.hpp"
#include "market/instrument_table.hpp"

namespace {

using namespace subd;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_sound(const market::Instrument& instrument) {
  require(instrument.token > 0 && !instrument.symbol.empty() && !instrument.exchange.empty());
  require(instrument.tick_size > 0 && std::isfinite(instrument.tick_size));
  require(instrument.lot_size > 0 && std::isfinite(instrument.lot_size));
  require(market::is_option(instrument.type) == (instrument.strike > 0));
  require(market::has_open_interest(instrument.type) == instrument.expiry.has_value());
  require(!instrument.expiry || instrument.expiry->ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::istringstream in{std::string{reinterpret_cast<const char*>(data), size}};
  const auto read = feed::read_kite_instruments(in);
  if (!read) {
    require(!read.error().message.empty() && read.error().message.size() < 600);
    return 0;
  }
  const feed::RowProblems& problems = read->problems;
  require(problems.shown().size() == std::min(problems.count(), feed::RowProblems::kShown));
  for (const auto& problem : problems.shown()) {
    require(problem.line > 1 && !problem.message.empty() && problem.message.size() < 300);
  }
  market::InstrumentTable table;
  std::unordered_set<std::uint32_t> tokens;
  for (const market::Instrument& instrument : read->instruments) {
    require_sound(instrument);
    require(tokens.insert(instrument.token).second);
    const auto id = table.add(instrument);
    require(id && table.find(instrument.symbol) == id);
    const bool qualified = instrument.symbol.find(':') != std::string::npos;
    require(qualified || table.find(instrument.exchange + ":" + instrument.symbol) == id);
  }
  for (const market::Instrument& instrument : table.all()) {
    require(!market::search(table, {instrument.symbol, "", std::nullopt, 1}).empty());
  }
  return 0;
}
