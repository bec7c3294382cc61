#include "wire/tick_update.hpp"

#include <algorithm>
#include <span>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::wire {
namespace {

using market::QuoteMode;

/// What a message of every mode takes at most in ordinary numbers, for one allocation.
constexpr std::array<std::size_t, 3> kUsualBytes{160, 400, 1400};

void append_number(std::string& out, std::string_view key, double value) {
  out += key;
  base::append_number(out, value);
}

void append_time(std::string& out, std::string_view key, const std::optional<base::UtcTime>& time) {
  out += key;
  if (!time) {
    out += "null";
    return;
  }
  out += '"';
  base::append_time(out, *time);
  out += '"';
}

void append_levels(std::string& out, std::span<const market::DepthLevel> levels) {
  out += '[';
  for (const market::DepthLevel& level : levels) {
    if (level.quantity == 0) break;
    if (out.back() != '[') out += ',';
    append_number(out, R"({"price":)", level.price);
    out += R"(,"quantity":)";
    base::append_number(out, std::uint64_t{level.quantity});
    out += R"(,"orders":)";
    base::append_number(out, std::uint64_t{level.orders});
    out += '}';
  }
  out += ']';
}

void append_quote_fields(std::string& out, const market::Quote& quote) {
  append_number(out, R"(,"volume":)", quote.day_volume);
  append_number(out, R"(,"last_quantity":)", quote.last_quantity);
  append_number(out, R"(,"average_price":)", quote.average_price);
  append_number(out, R"(,"buy_quantity":)", quote.buy_quantity);
  append_number(out, R"(,"sell_quantity":)", quote.sell_quantity);
  append_number(out, R"(,"ohlc":{"open":)", quote.open);
  append_number(out, R"(,"high":)", quote.high);
  append_number(out, R"(,"low":)", quote.low);
  append_number(out, R"(,"close":)", quote.close);
  out += '}';
}

void append_full_fields(std::string& out, const market::Quote& quote) {
  append_number(out, R"(,"oi":)", quote.oi);
  append_number(out, R"(,"oi_day_high":)", quote.oi_day_high);
  append_number(out, R"(,"oi_day_low":)", quote.oi_day_low);
  append_time(out, R"(,"last_trade_time":)", quote.last_trade_time);
  append_time(out, R"(,"exchange_timestamp":)", quote.exchange_time);
  out += R"(,"depth":)";
  if (!quote.has_depth) {
    out += "null";
    return;
  }
  out += R"({"buy":)";
  append_levels(out, quote.buy);
  out += R"(,"sell":)";
  append_levels(out, quote.sell);
  out += '}';
}

}  // namespace

std::optional<QuoteMode> TickForms::highest(TickFormat format) const noexcept {
  for (const QuoteMode mode : {QuoteMode::Full, QuoteMode::Quote, QuoteMode::Ltp}) {
    if (has({format, mode})) return mode;
  }
  return std::nullopt;
}

std::optional<QuoteMode> TickForms::highest() const noexcept {
  return std::max(highest(TickFormat::Json), highest(TickFormat::Packet));  // nothing is less than any mode
}

void TickUpdate::add_json(const TickFields& fields, QuoteMode highest) {
  json_.reserve(kUsualBytes[static_cast<std::size_t>(highest)]);
  json_ += R"({"type":"tick","token":)";
  base::append_number(json_, std::uint64_t{fields.token});
  json_ += R"(,"symbol":)";
  base::append_json_string(json_, fields.symbol);
  json_ += R"(,"mode":")";
  head_bytes_ = static_cast<std::uint32_t>(json_.size());
  json_ += R"(","seq":)";
  base::append_number(json_, seq);
  json_ += R"(,"timestamp":")";
  base::append_time(json_, fields.time);
  append_number(json_, R"(","last_price":)", fields.last_price);
  const auto ends = [this](QuoteMode mode) {
    fields_ends_[static_cast<std::size_t>(mode)] = static_cast<std::uint32_t>(json_.size());
  };
  ends(QuoteMode::Ltp);
  if (highest == QuoteMode::Ltp) return;
  append_quote_fields(json_, fields.quote);
  ends(QuoteMode::Quote);
  if (highest == QuoteMode::Quote) return;
  append_full_fields(json_, fields.quote);
  ends(QuoteMode::Full);
}

void TickUpdate::add_packet(QuoteMode mode, std::string_view bytes) {
  packet_ranges_[static_cast<std::size_t>(mode)] = {static_cast<std::uint32_t>(packets_.size()),
                                                    static_cast<std::uint32_t>(bytes.size())};
  packets_ += bytes;
}

bool TickUpdate::carries(TickForm form) const noexcept {
  const auto mode = static_cast<std::size_t>(form.mode);
  return form.format == TickFormat::Json ? fields_ends_[mode] > 0 : packet_ranges_[mode].size > 0;
}

std::string_view TickUpdate::packet(QuoteMode mode) const noexcept {
  const auto [begin, size] = packet_ranges_[static_cast<std::size_t>(mode)];
  return std::string_view{packets_}.substr(begin, size);
}

std::size_t TickUpdate::payload_bytes(TickForm form) const noexcept {
  const auto mode = static_cast<std::size_t>(form.mode);
  if (form.format == TickFormat::Packet) return packet_ranges_[mode].size;
  return fields_ends_[mode] + market::quote_mode_name(form.mode).size() + 1;
}

void TickUpdate::append_payload(std::string& out, TickForm form) const {
  const auto mode = static_cast<std::size_t>(form.mode);
  if (form.format == TickFormat::Packet) {
    out += packet(form.mode);
    return;
  }
  out.append(json_, 0, head_bytes_);
  out += market::quote_mode_name(form.mode);
  out.append(json_, head_bytes_, fields_ends_[mode] - head_bytes_);
  out += '}';
}

}  // namespace subd::wire
