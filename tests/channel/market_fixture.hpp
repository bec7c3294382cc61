#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/time_text.hpp"
#include "channel/channel.hpp"
#include "channel/market_state.hpp"
#include "market/instrument_table.hpp"

namespace subd::test {

inline base::UtcTime at(std::string_view time) {
  return base::parse_time(time).value();
}

/// Two equities, an index and a future on it.
inline market::InstrumentTable channel_instruments() {
  market::InstrumentTable table;
  const auto add = [&table](std::string_view symbol, market::InstrumentType type, std::string_view underlying = {}) {
    market::Instrument instrument;
    instrument.symbol = symbol;
    instrument.type = type;
    instrument.underlying = underlying;
    table.add(std::move(instrument));
  };
  add("AAA", market::InstrumentType::Equity);
  add("BBB", market::InstrumentType::Equity);
  add("VN30", market::InstrumentType::Index);
  add("VN30F2601", market::InstrumentType::Future, "VN30");
  return table;
}

inline constexpr market::InstrumentId kAaa{0};
inline constexpr market::InstrumentId kBbb{1};
inline constexpr market::InstrumentId kIndex{2};
inline constexpr market::InstrumentId kFuture{3};

/// A tick with the volume of the day.
inline market::Tick tick(market::InstrumentId id, std::string_view time, double price, double day_volume = 0) {
  market::Tick out;
  out.instrument = id;
  out.time = at(time);
  out.last_price = price;
  out.volume = day_volume;
  out.volume_kind = market::VolumeKind::DayCumulative;
  return out;
}

/// Foreign trade of the day at a price of `price`.
inline market::ForeignFlow flow(market::InstrumentId id, std::string_view time, double bought, double sold,
                                double price = 1) {
  return {.instrument = id,
          .time = at(time),
          .buy_volume = bought,
          .sell_volume = sold,
          .buy_value = bought * price,
          .sell_value = sold * price};
}

/// What the channel says now.
inline nlohmann::json message_of(const channel::Channel& channel) {
  std::string text;
  channel.append_message(text);
  return nlohmann::json::parse(text);
}

}  // namespace subd::test
