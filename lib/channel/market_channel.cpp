#include "channel/market_channel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "channel/foreign_channel.hpp"
#include "channel/index_channel.hpp"
#include "channel/json_object.hpp"

namespace subd::channel {
namespace {

constexpr double kPercent = 100;

using Levels = std::array<market::DepthLevel, market::Quote::kDepth>;

void append_levels(std::string& out, const Levels& levels) {
  out += '[';
  for (const market::DepthLevel& level : levels) {
    if (level.quantity == 0) break;
    if (out.back() != '[') out += ',';
    JsonObject object{out};
    object.number("price", level.price);
    object.number("volume", level.quantity);
  }
  out += ']';
}

void append_quote(std::string& out, const Price& price) {
  JsonObject object{out};
  append_levels(object.member("bid"), price.quote.buy);
  append_levels(object.member("ask"), price.quote.sell);
  object.number("buy_volume", price.buyer_volume);
  object.number("sell_volume", price.seller_volume);
  object.number("neutral_volume", price.neutral_volume);
  object.number("total_volume", std::isnan(price.day_volume) ? price.quote.day_volume : price.day_volume);
  object.time("last_updated", price.time);
}

void append_change(JsonObject& object, double value, double reference) {
  object.number("change", value - reference);
  object.number("change_pct", (value - reference) / reference * kPercent);
}

void append_price(std::string& out, const Price& price) {
  const market::Quote& quote = price.quote;
  JsonObject object{out};
  object.number("last_price", price.last_price);
  append_change(object, price.last_price, quote.close);
  object.number("ref_price", quote.close);
  object.number("ceiling", quote.ceiling);
  object.number("floor", quote.floor);
  object.number("open", quote.open);
  object.number("high", quote.high);
  object.number("low", quote.low);
  object.number("average", quote.average_price);
  object.time("last_updated", price.time);
}

}  // namespace

void MarketChannel::append_derivatives(std::string& out) const {
  JsonObject all{out};
  for (const Price* price : state_.prices.all()) {
    const market::Instrument& future = state_.instruments[price->instrument];
    if (future.type != market::InstrumentType::Future) continue;
    const auto underlying = state_.instruments.find(future.underlying);
    double spot = Price::kUnknown;
    if (underlying) {
      const auto index = state_.indices.all().find(*underlying);
      const Price* traded = state_.prices.find(*underlying);
      if (index != state_.indices.all().end()) spot = index->second.figures.value;
      if (traded != nullptr) spot = traded->last_price;
    }
    JsonObject object{all.member(future.symbol)};
    object.number("last_price", price->last_price);
    append_change(object, price->last_price, price->quote.close);
    object.text("underlying", future.underlying);
    object.number("basis", price->last_price - spot);
    object.number("basis_pct", (price->last_price - spot) / spot * kPercent);
    object.number("volume", price->day_volume);
    object.number("open_interest", price->oi);
    object.time("last_updated", price->time);
  }
}

void MarketChannel::append_message(std::string& out) const {
  const auto symbol = [this](const Price& price) -> const std::string& {
    return state_.instruments[price.instrument].symbol;
  };
  const auto& prices = state_.prices.all();
  JsonObject object{out};
  {
    JsonObject quotes{object.member("quotes")};
    for (const Price* price : prices) {
      if (price->quote.has_depth) append_quote(quotes.member(symbol(*price)), *price);
    }
  }
  {
    JsonObject by_symbol{object.member("prices")};
    for (const Price* price : prices) append_price(by_symbol.member(symbol(*price)), *price);
  }
  append_indices(object.member("indices"), state_);
  if (state_.foreign.all().empty()) {
    object.member("foreign") += "null";
  } else {
    append_foreign_summary(object.member("foreign"), state_);
  }
  const bool has_futures = std::any_of(prices.begin(), prices.end(), [this](const Price* price) {
    return state_.instruments[price->instrument].type == market::InstrumentType::Future;
  });
  if (has_futures) {
    append_derivatives(object.member("derivatives"));
  } else {
    object.member("derivatives") += "null";
  }
}

std::optional<market::QuoteMode> MarketChannel::wants(const market::Instrument& instrument) const noexcept {
  return instrument.type == market::InstrumentType::Index ? market::QuoteMode::Quote : market::QuoteMode::Full;
}

}  // namespace subd::channel
