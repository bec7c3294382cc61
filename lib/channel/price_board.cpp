#include "channel/price_board.hpp"

#include <algorithm>
#include <cmath>

namespace subd::channel {
namespace {

/// What was traded by this tick; the day's count is carried along.
double traded_by(const market::Tick& tick, Price& price) noexcept {
  if (tick.volume_kind == market::VolumeKind::None) return 0;
  const double before = price.day_volume;
  if (tick.volume_kind == market::VolumeKind::Traded) {
    price.day_volume = (std::isnan(before) ? 0 : before) + tick.volume;
    return tick.volume;
  }
  price.day_volume = tick.volume;
  // What traded before the first tick is nobody's; a step back is a new day.
  if (std::isnan(before)) return 0;
  return tick.volume >= before ? tick.volume - before : tick.volume;
}

void begin_day(Price& price) noexcept {
  price.day_volume = Price::kUnknown;
  price.buyer_volume = price.seller_volume = price.neutral_volume = 0;
}

market::TradeSide side_of(const market::Tick& tick, const market::Quote& before) noexcept {
  if (tick.side != market::TradeSide::Unknown || !before.has_depth) return tick.side;
  const double ask = before.sell[0].price;
  const double bid = before.buy[0].price;
  if (ask > 0 && tick.last_price >= ask) return market::TradeSide::Buyer;
  if (bid > 0 && tick.last_price <= bid) return market::TradeSide::Seller;
  return market::TradeSide::Unknown;
}

double& volume_of(market::TradeSide side, Price& price) noexcept {
  switch (side) {
    case market::TradeSide::Buyer:
      return price.buyer_volume;
    case market::TradeSide::Seller:
      return price.seller_volume;
    case market::TradeSide::Unknown:
      break;
  }
  return price.neutral_volume;
}

/// A quote of a lower mode than before leaves what only the higher one has.
void take_quote(market::Quote& place, const market::Quote& quote) noexcept {
  if (quote.has_depth || !place.has_depth) {
    place = quote;
    return;
  }
  const market::Quote before = place;
  place = quote;
  place.has_depth = true;
  place.buy = before.buy;
  place.sell = before.sell;
}

}  // namespace

Price& PriceBoard::entry(market::InstrumentId instrument) {
  std::unique_ptr<Price>& place = by_id_[static_cast<std::size_t>(instrument)];
  if (!place) {
    place = std::make_unique<Price>();
    place->instrument = instrument;
    all_.push_back(place.get());
  }
  return *place;
}

void PriceBoard::on_tick(const market::Tick& tick) {
  Price& price = entry(tick.instrument);
  using std::chrono::days;
  if (std::chrono::floor<days>(tick.time) != std::chrono::floor<days>(price.time)) begin_day(price);
  if (const double traded = traded_by(tick, price); traded > 0) {
    volume_of(side_of(tick, price.quote), price) += traded;
  }
  price.time = tick.time;
  price.last_price = tick.last_price;
  if (!std::isnan(tick.oi)) price.oi = tick.oi;
  if (tick.quote != nullptr) take_quote(price.quote, *tick.quote);
  ++version_;
}

void PriceBoard::on_quote(market::InstrumentId instrument, base::UtcTime time, const market::Quote& quote) {
  Price& price = entry(instrument);
  price.time = time;
  take_quote(price.quote, quote);
  ++version_;
}

}  // namespace subd::channel
