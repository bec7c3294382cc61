#include "feed/sim_market.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <utility>

#include "market/option_pricing.hpp"

namespace subd::feed {
namespace {

using market::InstrumentId;
using market::InstrumentType;
using std::chrono::days;
using std::chrono::milliseconds;

/// The options' volatility per root of a year: at the money, and how it falls and bends with log(strike / spot), as
/// index options' does.
constexpr double kVolatility = 0.13;
constexpr double kSkew = 0.25;
constexpr double kSmile = 2.0;
constexpr double kFuturePremium = 1.003;  // future over index
constexpr double kYearMs = 365.0 * 86'400'000.0;
/// The closest volume may come to standing still, as a part of its mean; the ticks' own noise stays below.
constexpr double kQuietest = 0.4;
constexpr double kTickNoise = 0.35;

struct Scale {
  std::string_view symbol;
  double price;
  double volume_per_second;
};
constexpr std::array<Scale, 7> kScales{{{"NIFTY50", 24'500, 0},
                                        {"BANKNIFTY", 52'000, 0},
                                        {"RELIANCE", 1'450, 180},
                                        {"TCS", 3'900, 60},
                                        {"INFY", 1'850, 150},
                                        {"HDFCBANK", 1'750, 220},
                                        {"SBIN", 820, 300}}};
/// Of an instrument that is not in the list.
constexpr Scale kUsual{"", 1'000, 100};
constexpr double kFutureVolume = 400;
constexpr double kOptionVolume = 900;
constexpr double kFutureOi = 12'000'000;
constexpr double kOptionOi = 3'000'000;

/// Waves of activity: how strong, and how long.
struct Wave {
  double strength;
  double seconds;
};
constexpr std::array<Wave, 2> kWaves{{{0.35, 420}, {0.25, 2580}}};

Scale scale_of(std::string_view symbol) noexcept {
  const auto it =
      std::find_if(kScales.begin(), kScales.end(), [&](const Scale& scale) { return scale.symbol == symbol; });
  return it != kScales.end() ? *it : kUsual;
}

/// FNV-1a: a symbol's own seed must not depend on the library's hash.
std::uint64_t text_hash(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

/// Of a strike over its underlying's usual price: the smile sticks to the strike.
double volatility_of(double moneyness) noexcept {
  const double x = std::log(moneyness);
  return std::clamp(kVolatility - kSkew * x + kSmile * x * x, 0.05, 1.0);
}

/// The nearest multiple of `tick_size` above 0. Ticks that divide 1 are counted per unit, so that the decimal text of
/// the result is as short as the tick's.
double rounded(double price, double tick_size) noexcept {
  const double per_unit = std::round(1 / tick_size);
  const bool divides = per_unit >= 1 && std::abs(per_unit * tick_size - 1) < 1e-9;
  const double multiple = divides ? std::round(price * per_unit) / per_unit : std::round(price / tick_size) * tick_size;
  return std::max(multiple, tick_size);
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) noexcept {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

std::shared_ptr<const market::InstrumentTable> around_the_clock() {
  auto table = std::make_shared<market::InstrumentTable>();
  for (market::Instrument instrument : market::builtin_instruments().all()) {
    // It trades around the clock here, but goes by the name that it has where it comes from.
    instrument.aliases.push_back(instrument.exchange + ":" + instrument.symbol);
    instrument.exchange = "24x7";
    table->add(std::move(instrument));
  }
  return table;
}

}  // namespace

SimMarket::SimMarket(const SimSettings& settings)
    : interval_us_{std::llround(1e6 / settings.rate)}, instruments_{around_the_clock()} {
  symbols_.reserve(instruments_->size());
  for (const market::Instrument& instrument : instruments_->all()) {
    const Scale scale = scale_of(instrument.symbol);
    Symbol symbol;
    symbol.seed = text_hash(instrument.symbol) + settings.seed * 0x9E3779B97F4A7C15U;
    symbol.offset_us = static_cast<std::int64_t>(unit_hash(symbol.seed, 0) * static_cast<double>(interval_us_));
    symbol.base_price = scale.price;
    symbol.volume_per_second = scale.volume_per_second;
    if (instrument.type == InstrumentType::Future) {
      symbol.volume_per_second = kFutureVolume;
      symbol.base_oi = kFutureOi;
    } else if (market::is_option(instrument.type)) {
      symbol.volume_per_second = kOptionVolume;
      symbol.base_oi = kOptionOi;
    }
    if (const auto underlying = instruments_->find(instrument.underlying)) {
      symbol.underlying = static_cast<std::size_t>(*underlying);
      if (market::is_option(instrument.type)) {
        symbol.volatility = volatility_of(instrument.strike / scale_of(instrument.underlying).price);
      }
    }
    symbol.curve = SimCurve{symbol.seed + 0x1000};
    symbol.oi_curve = SimCurve{symbol.seed + 0x2000};
    symbols_.push_back(symbol);
  }
}

const market::Instrument& SimMarket::instrument(std::size_t index) const noexcept {
  return (*instruments_)[InstrumentId{static_cast<std::uint32_t>(index)}];
}

std::int64_t SimMarket::last_tick(InstrumentId id, base::UtcTime time) const noexcept {
  // The tick's time is cut to milliseconds, so every microsecond of `time` counts.
  const std::int64_t us = time.time_since_epoch().count() * 1000 + 999;
  return std::max<std::int64_t>(-1, floor_divide(us - symbols_[static_cast<std::size_t>(id)].offset_us, interval_us_));
}

std::int64_t SimMarket::tick_time_us(InstrumentId id, std::int64_t number) const noexcept {
  return number * interval_us_ + symbols_[static_cast<std::size_t>(id)].offset_us;
}

base::UtcTime SimMarket::tick_time(InstrumentId id, std::int64_t number) const noexcept {
  return base::UtcTime{milliseconds{tick_time_us(id, number) / 1000}};
}

double SimMarket::driver(std::size_t index, base::UtcTime time) {
  Symbol& symbol = symbols_[index];
  if (!symbol.underlying) return symbol.base_price * std::exp(symbol.curve.at(time));
  return kFuturePremium * driver(*symbol.underlying, time);
}

double SimMarket::driver(InstrumentId id, base::UtcTime time) {
  return driver(static_cast<std::size_t>(id), time);
}

double SimMarket::price_at(InstrumentId id, base::UtcTime time, double driver) const {
  const auto index = static_cast<std::size_t>(id);
  const market::Instrument& what = instrument(index);
  const Symbol& symbol = symbols_[index];
  if (!market::is_option(what.type) || !symbol.underlying) return rounded(driver, what.tick_size);
  // Trading in an option ends with the day of its expiry.
  const base::UtcTime minute = std::chrono::floor<std::chrono::minutes>(time);
  const auto expiry = what.expiry ? base::UtcTime{std::chrono::sys_days{*what.expiry} + days{1}} : minute;
  market::OptionTerms terms;
  terms.type = what.type;
  terms.underlying = driver;
  terms.strike = what.strike;
  terms.years = static_cast<double>((expiry - minute).count()) / kYearMs;
  return rounded(market::option_price(terms, symbol.volatility), what.tick_size);
}

double SimMarket::price(InstrumentId id, base::UtcTime time) {
  return price_at(id, time, driver(id, time));
}

market::VolumeKind SimMarket::volume_kind(InstrumentId id) const noexcept {
  return symbols_[static_cast<std::size_t>(id)].volume_per_second > 0 ? market::VolumeKind::DayCumulative
                                                                      : market::VolumeKind::None;
}

double SimMarket::day_volume(InstrumentId id, std::int64_t number) const noexcept {
  const Symbol& symbol = symbols_[static_cast<std::size_t>(id)];
  const std::int64_t midnight_us =
      std::chrono::floor<days>(tick_time(id, number)).time_since_epoch().count() * 86'400'000'000;
  const double seconds = static_cast<double>(tick_time_us(id, number) - midnight_us) / 1e6;
  const std::uint64_t day_seed = symbol.seed + static_cast<std::uint64_t>(midnight_us);
  // The integral of 1 + sum(strength * sin(...)) since midnight: it never falls, whatever the phases.
  double busy_seconds = seconds;
  for (std::size_t i = 0; i < kWaves.size(); ++i) {
    const double frequency = 2 * std::numbers::pi / kWaves[i].seconds;
    const double phase = 2 * std::numbers::pi * unit_hash(day_seed, i);
    busy_seconds += kWaves[i].strength / frequency * (std::cos(phase) - std::cos(frequency * seconds + phase));
  }
  static_assert(kWaves[0].strength + kWaves[1].strength + kQuietest <= 1 && kTickNoise < kQuietest);
  const double interval = static_cast<double>(interval_us_) / 1e6;
  const double noise = kTickNoise * interval * unit_hash(symbol.seed + 0x3000, static_cast<std::uint64_t>(number));
  const double lot = instrument(static_cast<std::size_t>(id)).lot_size;
  return lot * std::floor(symbol.volume_per_second * (busy_seconds + noise) / lot);
}

double SimMarket::open_interest(InstrumentId id, base::UtcTime time) {
  const auto index = static_cast<std::size_t>(id);
  if (!market::has_open_interest(instrument(index).type)) return std::numeric_limits<double>::quiet_NaN();
  const double lot = instrument(index).lot_size;
  Symbol& symbol = symbols_[index];
  // The curve's range is about 8 %; open interest moves more than prices do.
  const double oi = symbol.base_oi * std::max(0.0, 1 + 4 * symbol.oi_curve.at(time));
  return lot * std::round(oi / lot);
}

double SimMarket::previous_open_interest(InstrumentId id, base::UtcTime time) {
  Symbol& symbol = symbols_[static_cast<std::size_t>(id)];
  const base::UtcTime midnight = std::chrono::floor<days>(time);
  if (!symbol.oi_previous || symbol.oi_midnight != midnight) {
    symbol.oi_previous = open_interest(id, midnight);
    symbol.oi_midnight = midnight;
  }
  return *symbol.oi_previous;
}

double SimMarket::chance(InstrumentId id, std::int64_t number, std::uint64_t purpose) const noexcept {
  return unit_hash(symbols_[static_cast<std::size_t>(id)].seed + purpose, static_cast<std::uint64_t>(number));
}

market::Tick SimMarket::tick(InstrumentId id, std::int64_t number) {
  market::Tick out;
  out.instrument = id;
  out.time = tick_time(id, number);
  out.last_price = price(id, out.time);
  out.volume_kind = volume_kind(id);
  out.volume = out.volume_kind == market::VolumeKind::None ? 0 : day_volume(id, number);
  out.oi = open_interest(id, out.time);
  out.oi_previous = previous_open_interest(id, out.time);
  return out;
}

}  // namespace subd::feed
