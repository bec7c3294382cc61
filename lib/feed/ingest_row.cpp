#include "feed/ingest_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/nearest.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::feed {
namespace {

using nlohmann::json;

constexpr std::size_t kShownBytes = 64;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Reads the fields of one row; the first problem sticks, and readers go on with defaults.
class RowReader {
 public:
  using Names = std::initializer_list<std::string_view>;

  RowReader(const json& row, const IngestRules& rules, base::UtcTime now, int& suggestions)
      : row_{row}, rules_{rules}, now_{now}, suggestions_{suggestions} {
    if (!row.is_object()) refuse("", row, "an object");
  }

  [[nodiscard]] bool has(std::string_view name) const { return find({name}).first != nullptr; }

  market::InstrumentId instrument() {
    const auto by_symbol = symbol();
    const auto by_token = token();
    if (by_symbol && by_token && *by_symbol != *by_token) {
      refuse("token", row_["token"], "that of the symbol, " + std::to_string(rules_.instruments()[*by_symbol].token));
    }
    if (!has("symbol") && !has("token")) refuse("symbol", json(), "a symbol or a token");
    const auto id = by_symbol ? by_symbol : by_token;
    if (id && !rules_.serves(*id)) {
      const char* field = by_symbol ? "symbol" : "token";
      refuse(field, row_[field], "one that is published here; this one comes from another source");
    }
    return id.value_or(market::InstrumentId{});
  }

  double price(Names names) {
    const double value = optional_price(names);
    if (std::isnan(value)) refuse(*names.begin(), json(), "a number above 0");
    return value;
  }

  /// NaN when absent.
  double optional_price(Names names) {
    return number(names, kUnknown, "a number above 0", [](double value) { return value > 0; });
  }

  double amount(Names names, double absent) {
    return number(names, absent, "a number from 0", [](double value) { return value >= 0; });
  }

  std::optional<base::UtcTime> optional_time(Names names) {
    const auto [value, name] = find(names);
    if (value == nullptr) return std::nullopt;
    std::optional<base::UtcTime> time;
    if (value->is_string()) {
      time = base::parse_time(value->get_ref<const std::string&>());
    } else if (value->is_number_integer() && value->get<double>() < 1e15) {
      time = base::UtcTime{std::chrono::milliseconds{value->get<std::int64_t>()}};
    }
    if (!time || *time < base::UtcTime{}) {
      refuse(name, *value, "a time from 1970 on, as ISO 8601 or in milliseconds");
    } else if (*time > now_ + rules_.max_ahead()) {
      refuse(name, *value,
             fmt::format("at most {} after now, {}", base::duration_text(rules_.max_ahead()), base::time_text(now_)));
    }
    return time.value_or(now_);
  }

  market::Timeframe timeframe() {
    const auto [value, name] = find({"timeframe"});
    const auto found = value != nullptr && value->is_string()
                           ? market::parse_timeframe(value->get_ref<const std::string&>())
                           : std::nullopt;
    if (!found)
      refuse("timeframe", value != nullptr ? *value : json(), "one of " + std::string{market::timeframe_list()});
    return found.value_or(market::Timeframe::Min1);
  }

  bool depth(market::Quote& quote) {
    const auto [value, name] = find({"depth"});
    if (value == nullptr) return false;
    if (!value->is_object()) refuse(name, *value, "an object of buy and sell");
    levels(*value, "buy", quote.buy);
    levels(*value, "sell", quote.sell);
    return true;
  }

  void refuse(std::string_view field, const json& value, std::string_view allowed) {
    if (!problem_) problem_ = IngestProblem{{}, std::string{field}, shown_json(value), std::string{allowed}};
  }
  [[nodiscard]] const std::optional<IngestProblem>& problem() const noexcept { return problem_; }

 private:
  /// The first of the names that the row has, not null.
  [[nodiscard]] std::pair<const json*, std::string_view> find(Names names) const {
    if (row_.is_object()) {
      for (const std::string_view name : names) {
        const auto it = row_.find(name);
        if (it != row_.end() && !it->is_null()) return {&*it, name};
      }
    }
    return {nullptr, *names.begin()};
  }

  template <class Rule>
  double number(Names names, double absent, std::string_view allowed, Rule holds) {
    const auto [value, name] = find(names);
    if (value == nullptr) return absent;
    const double found = value->is_number() ? value->get<double>() : kUnknown;
    if (std::isfinite(found) && holds(found)) return found;
    refuse(name, *value, allowed);
    return absent;
  }

  std::optional<market::InstrumentId> symbol() {
    const auto [value, name] = find({"symbol"});
    if (value == nullptr) return std::nullopt;
    if (!value->is_string() || value->get_ref<const std::string&>().size() > IngestRules::kNameLimitBytes) {
      refuse(name, *value, fmt::format("a text of at most {} bytes", IngestRules::kNameLimitBytes));
      return std::nullopt;
    }
    const auto& text = value->get_ref<const std::string&>();
    const auto id = rules_.instruments().find(text);
    if (!id && !problem_) {
      std::string allowed = "a symbol that subd knows";
      if (suggestions_-- > 0) allowed += base::did_you_mean(rules_.instruments().nearest(text));
      refuse(name, *value, allowed);
    }
    return id;
  }

  std::optional<market::InstrumentId> token() {
    const auto [value, name] = find({"token"});
    if (value == nullptr) return std::nullopt;
    std::optional<market::InstrumentId> id;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= UINT32_MAX) {
      id = rules_.find_token(value->get<std::uint32_t>());
    }
    if (!id) refuse(name, *value, "a token that subd knows");
    return id;
  }

  void levels(const json& depth, const char* side, std::array<market::DepthLevel, market::Quote::kDepth>& out) {
    const auto it = depth.is_object() ? depth.find(side) : depth.end();
    if (it == depth.end()) return;
    if (!it->is_array() || it->size() > out.size()) {
      refuse(fmt::format("depth.{}", side), *it, fmt::format("a list of at most {} levels", out.size()));
      return;
    }
    for (std::size_t i = 0; i < it->size(); ++i) out[i] = level((*it)[i], fmt::format("depth.{}[{}]", side, i));
  }

  market::DepthLevel level(const json& from, const std::string& path) {
    const auto whole = [&](const char* name, std::uint64_t most) -> std::uint64_t {
      const auto it = from.find(name);
      if (it == from.end()) return 0;
      if (it->is_number_unsigned() && it->get<std::uint64_t>() <= most) return it->get<std::uint64_t>();
      refuse(path + "." + name, *it, fmt::format("a whole number from 0 to {}", most));
      return 0;
    };
    if (!from.is_object()) {
      refuse(path, from, "an object of price, quantity and orders");
      return {};
    }
    market::DepthLevel out;
    const auto it = from.find("price");
    const double price = it != from.end() && it->is_number() ? it->get<double>() : kUnknown;
    if (!std::isfinite(price) || price < 0) refuse(path + ".price", it != from.end() ? *it : json(), "a number from 0");
    out.price = price;
    out.quantity = static_cast<std::uint32_t>(whole("quantity", UINT32_MAX));
    out.orders = static_cast<std::uint16_t>(whole("orders", UINT16_MAX));
    return out;
  }

  const json& row_;
  const IngestRules& rules_;
  base::UtcTime now_;
  int& suggestions_;
  std::optional<IngestProblem> problem_;
};

/// What the row says beside price, volume and open interest.
market::Quote read_quote(RowReader& in, const market::Tick& tick) {
  market::Quote quote;
  quote.open = in.optional_price({"open"});
  quote.high = in.optional_price({"high"});
  quote.low = in.optional_price({"low"});
  quote.close = in.optional_price({"close"});
  quote.average_price = in.optional_price({"average_price"});
  quote.last_quantity = in.amount({"size", "last_quantity"}, kUnknown);
  quote.buy_quantity = in.amount({"buy_quantity"}, kUnknown);
  quote.sell_quantity = in.amount({"sell_quantity"}, kUnknown);
  if (tick.volume_kind == market::VolumeKind::DayCumulative) quote.day_volume = tick.volume;
  quote.oi = tick.oi;
  quote.oi_day_high = in.amount({"oi_day_high"}, kUnknown);
  quote.oi_day_low = in.amount({"oi_day_low"}, kUnknown);
  quote.last_trade_time = in.optional_time({"last_trade_time"});
  quote.has_depth = in.depth(quote);
  const auto known = [](std::initializer_list<double> values) {
    return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
  };
  if (quote.has_depth || quote.last_trade_time || known({quote.oi, quote.oi_day_high, quote.oi_day_low})) {
    quote.mode = market::QuoteMode::Full;
    quote.exchange_time = tick.time;
  } else if (known({quote.open, quote.high, quote.low, quote.close, quote.average_price, quote.last_quantity,
                    quote.day_volume, quote.buy_quantity, quote.sell_quantity})) {
    quote.mode = market::QuoteMode::Quote;
  }
  return quote;
}

}  // namespace

std::string shown_json(const json& value) {
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "...";
  return text;
}

base::Result<IngestTick, IngestProblem> read_tick(const json& row, const IngestRules& rules, base::UtcTime now,
                                                  int& suggestions) {
  RowReader in{row, rules, now, suggestions};
  IngestTick out;
  market::Tick& tick = out.tick;
  tick.instrument = in.instrument();
  tick.last_price = in.price({"last_price", "price"});
  if (in.has("volume")) {
    tick.volume_kind = market::VolumeKind::DayCumulative;
    tick.volume = in.amount({"volume"}, 0);
  } else if (in.has("size")) {
    tick.volume_kind = market::VolumeKind::Traded;
    tick.volume = in.amount({"size"}, 0);
  }
  tick.oi = in.amount({"oi"}, kUnknown);
  tick.oi_previous = in.amount({"oi_previous"}, kUnknown);
  tick.time = in.optional_time({"timestamp", "time"}).value_or(now);
  const market::Quote quote = read_quote(in, tick);
  if (quote.mode != market::QuoteMode::Ltp) out.quote = quote;
  if (in.problem()) return *in.problem();
  return out;
}

base::Result<IngestBar, IngestProblem> read_bar(const json& row, const IngestRules& rules, base::UtcTime now,
                                                int& suggestions) {
  RowReader in{row, rules, now, suggestions};
  IngestBar out;
  market::Bar& bar = out.bar;
  out.instrument = in.instrument();
  out.timeframe = in.timeframe();
  const auto start = in.optional_time({"time", "timestamp"});
  if (!start) in.refuse("time", json(), "the start of the bar, as ISO 8601 or in milliseconds");
  bar.start = start.value_or(now);
  bar.open = in.price({"open"});
  bar.high = in.price({"high"});
  bar.low = in.price({"low"});
  bar.close = in.price({"close"});
  bar.volume = in.amount({"volume"}, 0);
  bar.oi = in.amount({"oi"}, kUnknown);
  if (in.problem()) return *in.problem();
  if (bar.low > std::min(bar.open, bar.close)) in.refuse("low", row["low"], "at most open and close");
  if (bar.high < std::max(bar.open, bar.close)) in.refuse("high", row["high"], "at least open and close");
  const market::TradingCalendar& calendar = rules.calendar(out.instrument);
  const auto span = calendar.bar_at(bar.start, out.timeframe);
  if (!span) {
    in.refuse("time", json(base::time_text(bar.start)), "within a trading session of the exchange");
  } else if (span->start != bar.start) {
    in.refuse("time", json(base::time_text(bar.start)),
              fmt::format("the start of a {} bar, as {}", market::timeframe_name(out.timeframe),
                          base::time_text(span->start)));
  } else if (span->end > now + rules.max_ahead()) {
    in.refuse("time", json(base::time_text(bar.start)),
              fmt::format("of a bar that has ended; this one ends at {}", base::time_text(span->end)));
  }
  if (in.problem()) return *in.problem();
  bar.trading_day = span->trading_day;
  return out;
}

}  // namespace subd::feed
