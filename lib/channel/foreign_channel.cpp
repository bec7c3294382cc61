#include "channel/foreign_channel.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "channel/json_object.hpp"

namespace subd::channel {
namespace {

using Entries = std::vector<const ForeignState*>;

void append_investor(std::string& out, const ForeignState& state, const MarketState& market) {
  const market::ForeignFlow& flow = state.flow;
  const base::UtcTime now = market.foreign.newest();
  JsonObject object{out};
  object.text("symbol", market.instruments[flow.instrument].symbol);
  object.number("buy_volume", flow.buy_volume);
  object.number("sell_volume", flow.sell_volume);
  object.number("net_volume", state.net_volume());
  object.number("buy_value", flow.buy_value);
  object.number("sell_value", flow.sell_value);
  object.number("net_value", state.net_value());
  object.number("total_room", flow.total_room);
  object.number("current_room", flow.current_room);
  object.number("buy_speed_per_min", state.buying.per_minute(now));
  object.number("sell_speed_per_min", state.selling.per_minute(now));
  object.number("buy_acceleration", state.buying.acceleration(now));
  object.number("sell_acceleration", state.selling.acceleration(now));
  object.time("last_updated", flow.time);
}

void append_list(std::string& out, const Entries& entries, const MarketState& market) {
  out += '[';
  for (const ForeignState* entry : entries) {
    if (out.back() != '[') out += ',';
    append_investor(out, *entry, market);
  }
  out += ']';
}

/// Those of which more was bought than sold (`sign` 1) or the other way round (-1), most first.
Entries top_of(const ForeignBoard& board, double sign) {
  Entries out;
  for (const auto& [id, entry] : board.all()) {
    if (sign * entry.net_value() > 0) out.push_back(&entry);
  }
  const std::size_t count = std::min(out.size(), ForeignChannel::kTop);
  std::partial_sort(
      out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count), out.end(),
      [sign](const ForeignState* a, const ForeignState* b) { return sign * a->net_value() > sign * b->net_value(); });
  out.resize(count);
  return out;
}

}  // namespace

void append_foreign_summary(std::string& out, const MarketState& state) {
  market::ForeignFlow total{.buy_volume = 0, .sell_volume = 0, .buy_value = 0, .sell_value = 0};
  for (const auto& [id, entry] : state.foreign.all()) {
    total.buy_volume += entry.flow.buy_volume;
    total.sell_volume += entry.flow.sell_volume;
    total.buy_value += entry.flow.buy_value;
    total.sell_value += entry.flow.sell_value;
  }
  JsonObject object{out};
  object.number("symbols", static_cast<double>(state.foreign.all().size()));
  object.number("total_buy_value", total.buy_value);
  object.number("total_sell_value", total.sell_value);
  object.number("total_net_value", total.buy_value - total.sell_value);
  object.number("total_buy_volume", total.buy_volume);
  object.number("total_sell_volume", total.sell_volume);
  object.number("total_net_volume", total.buy_volume - total.sell_volume);
  append_list(object.member("top_buy"), top_of(state.foreign, 1), state);
  append_list(object.member("top_sell"), top_of(state.foreign, -1), state);
}

}  // namespace subd::channel
