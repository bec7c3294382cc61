#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "feed/kite_candles.hpp"
#include "market/calendar_set.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

/// Whatever a server answers: bars that a stream may begin with, or a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace subd;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const market::TradingCalendar& calendar = market::builtin_calendars().of("NSE");
  for (const market::Timeframe timeframe :
       {market::Timeframe::Min1, market::Timeframe::Min60, market::Timeframe::Day1}) {
    const auto bars = feed::parse_candles(text, calendar, timeframe);
    if (!bars) continue;
    const market::Bar* previous = nullptr;
    for (const market::Bar& bar : *bars) {
      require(bar.low > 0 && bar.volume >= 0);
      require(bar.low <= bar.open && bar.low <= bar.close && bar.high >= bar.open && bar.high >= bar.close);
      const auto span = calendar.bar_at(bar.start, timeframe);
      require(span && span->start == bar.start);
      require(previous == nullptr || previous->start < bar.start);
      previous = &bar;
    }
  }
  return 0;
}
