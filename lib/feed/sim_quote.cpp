#include "feed/sim_quote.hpp"

#include <algorithm>
#include <cmath>

namespace subd::feed {
namespace {

using market::QuoteMode;
using std::chrono::days;

// Purposes that a tick's random numbers serve; see SimMarket::chance.
constexpr std::uint64_t kBuySide = 0x4000;
constexpr std::uint64_t kSellSide = 0x5000;
constexpr std::uint64_t kOrders = 0x6000;
constexpr std::uint64_t kTotals = 0x7000;

constexpr double kMostLotsOfALevel = 40;
constexpr double kMostOrdersOfALevel = 12;
constexpr double kLotsOfASide = 500;  // and up to as many again

}  // namespace

const market::Quote& SimQuote::at(SimMarket& market, const market::Tick& tick, std::int64_t number, QuoteMode mode) {
  if (std::chrono::floor<days>(tick.time) != midnight_) begin_day(market, tick, number);
  include(tick.last_price, tick.oi);
  quote_.mode = mode;
  if (tick.volume_kind == market::VolumeKind::DayCumulative) {
    const double lot = (*market.instruments())[tick.instrument].lot_size;
    const double traded = std::max(0.0, tick.volume - quote_.day_volume);
    turnover_ += traded * tick.last_price;
    quote_.day_volume = tick.volume;
    if (traded > 0) quote_.last_quantity = traded;
    quote_.average_price = tick.volume > 0 ? turnover_ / tick.volume : tick.last_price;
    quote_.buy_quantity = lot * std::floor(kLotsOfASide * (1 + market.chance(tick.instrument, number, kTotals)));
    quote_.sell_quantity = lot * std::floor(kLotsOfASide * (1 + market.chance(tick.instrument, number, kTotals + 1)));
  }
  if (mode == QuoteMode::Full) fill_full(market, tick, number);
  return quote_;
}

void SimQuote::begin_day(SimMarket& market, const market::Tick& tick, std::int64_t number) {
  midnight_ = std::chrono::floor<days>(tick.time);
  const std::int64_t before = market.last_tick(tick.instrument, midnight_ - std::chrono::milliseconds{1});
  const std::int64_t first = before + 1;
  quote_ = {};
  oi_high_ = oi_low_ = market::Quote::kUnknown;
  quote_.open = market.price(tick.instrument, market.tick_time(tick.instrument, first));
  quote_.high = quote_.low = quote_.open;
  quote_.close = before >= 0 ? market.price(tick.instrument, market.tick_time(tick.instrument, before)) : quote_.open;
  double sum = 0;
  const std::int64_t samples = std::min(kDaySamples, number - first + 1);
  for (std::int64_t i = 0; i < samples; ++i) {
    const base::UtcTime time = market.tick_time(tick.instrument, first + (number - first) * i / samples);
    const double price = market.price(tick.instrument, time);
    include(price, market.open_interest(tick.instrument, time));
    sum += price;
  }
  if (tick.volume_kind != market::VolumeKind::DayCumulative) return;
  const double lot = (*market.instruments())[tick.instrument].lot_size;
  const double earlier = number > first ? market.day_volume(tick.instrument, number - 1) : 0;
  quote_.day_volume = earlier;
  quote_.last_quantity = lot;
  turnover_ = earlier * sum / static_cast<double>(samples);
}

void SimQuote::include(double price, double oi) noexcept {
  quote_.high = std::max(quote_.high, price);
  quote_.low = std::min(quote_.low, price);
  oi_high_ = std::fmax(oi_high_, oi);  // a number goes before none
  oi_low_ = std::fmin(oi_low_, oi);
}

void SimQuote::fill_full(const SimMarket& market, const market::Tick& tick, std::int64_t number) {
  quote_.exchange_time = tick.time;
  if (tick.volume_kind == market::VolumeKind::None) return;
  const market::Instrument& what = (*market.instruments())[tick.instrument];
  quote_.last_trade_time = tick.time;
  quote_.oi = tick.oi;
  quote_.oi_day_high = oi_high_;
  quote_.oi_day_low = oi_low_;
  quote_.has_depth = true;
  for (std::size_t i = 0; i < market::Quote::kDepth; ++i) {
    const auto level = [&](double price, std::uint64_t side) {
      const double lots = 1 + std::floor(kMostLotsOfALevel * market.chance(tick.instrument, number, side + i));
      const double orders =
          1 + std::floor(kMostOrdersOfALevel * market.chance(tick.instrument, number, kOrders + side + i));
      return market::DepthLevel{price, static_cast<std::uint32_t>(lots * what.lot_size),
                                static_cast<std::uint16_t>(orders)};
    };
    // On whole steps, so that the doubles are those of the prices themselves.
    const double steps = std::round(tick.last_price / what.tick_size);
    const double away = static_cast<double>(i) + 1;
    const double per_step = std::round(1 / what.tick_size);
    quote_.buy[i] = steps > away ? level((steps - away) / per_step, kBuySide) : market::DepthLevel{};
    quote_.sell[i] = level((steps + away) / per_step, kSellSide);
  }
}

}  // namespace subd::feed
