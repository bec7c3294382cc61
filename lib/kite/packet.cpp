#include "kite/packet.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "kite/token.hpp"

namespace subd::kite {
namespace {

using market::DepthLevel;
using market::Quote;
using market::QuoteMode;

constexpr std::size_t kLtpBytes = 8;
constexpr std::size_t kIndexQuoteBytes = 28;
constexpr std::size_t kIndexFullBytes = 32;
constexpr std::size_t kQuoteBytes = 44;
constexpr std::size_t kFullBytes = kLongestPacket;

/// Takes fields off the front. REQUIRES: the packet has them; its length was looked at.
class Reader {
 public:
  Reader(const char* bytes, double divisor) noexcept : at_{bytes}, divisor_{divisor} {}

  std::uint32_t u32() noexcept {
    const std::uint32_t value = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    at_ += 4;
    return value;
  }
  std::uint16_t u16() noexcept {
    const auto value = static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
    at_ += 2;
    return value;
  }
  double price() noexcept { return u32() / divisor_; }
  double signed_price() noexcept { return static_cast<std::int32_t>(u32()) / divisor_; }
  std::optional<base::UtcTime> time() noexcept {
    const std::uint32_t seconds = u32();
    if (seconds == 0) return std::nullopt;
    return base::UtcTime{std::chrono::seconds{seconds}};
  }
  void level(DepthLevel& out) noexcept {
    out.quantity = u32();
    out.price = price();
    out.orders = u16();
    at_ += 2;  // padding
  }

 private:
  [[nodiscard]] std::uint32_t byte(std::size_t i) const noexcept { return static_cast<std::uint8_t>(at_[i]); }

  const char* at_;
  double divisor_;
};

/// Appends fields; the counterpart of Reader.
class Writer {
 public:
  Writer(char* bytes, double divisor) noexcept : at_{bytes}, divisor_{divisor} {}

  void u32(std::uint32_t value) noexcept {
    for (const int shift : {24, 16, 8, 0}) *at_++ = static_cast<char>(value >> shift & 0xFFU);
  }
  void u16(std::uint16_t value) noexcept {
    for (const int shift : {8, 0}) *at_++ = static_cast<char>(value >> shift & 0xFF);
  }
  void number(double value) noexcept {
    constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
    // Written so that NaN, which is not above 0, is 0. Rounding by adding a half is exact enough: a price is off its
    // whole number by a millionth at most.
    u32(value > 0 ? static_cast<std::uint32_t>(value < kMost ? value + 0.5 : kMost) : 0);
  }
  void price(double value) noexcept { number(value * divisor_); }
  void signed_price(double value) noexcept {
    constexpr double kMost = std::numeric_limits<std::int32_t>::max();
    constexpr double kLeast = std::numeric_limits<std::int32_t>::min();
    const double scaled = std::isnan(value) ? 0 : std::nearbyint(value * divisor_);
    u32(static_cast<std::uint32_t>(static_cast<std::int32_t>(std::fmin(std::fmax(scaled, kLeast), kMost))));
  }
  void time(const std::optional<base::UtcTime>& value) noexcept {
    number(value ? static_cast<double>(std::chrono::floor<std::chrono::seconds>(*value).time_since_epoch().count())
                 : 0);
  }
  void level(const DepthLevel& value) noexcept {
    u32(value.quantity);
    price(value.price);
    u16(value.orders);
    u16(0);  // padding
  }

 private:
  char* at_;
  double divisor_;
};

void decode_index(Reader& in, bool with_time, Quote& out) noexcept {
  out.high = in.price();
  out.low = in.price();
  out.open = in.price();
  out.close = in.price();
  out.price_change = in.signed_price();
  if (with_time) out.exchange_time = in.time();
}

void decode_quote(Reader& in, Quote& out) noexcept {
  out.last_quantity = in.u32();
  out.average_price = in.price();
  out.day_volume = in.u32();
  out.buy_quantity = in.u32();
  out.sell_quantity = in.u32();
  out.open = in.price();
  out.high = in.price();
  out.low = in.price();
  out.close = in.price();
}

void decode_full(Reader& in, Quote& out) noexcept {
  out.last_trade_time = in.time();
  out.oi = in.u32();
  out.oi_day_high = in.u32();
  out.oi_day_low = in.u32();
  out.exchange_time = in.time();
  out.has_depth = true;
  for (DepthLevel& level : out.buy) in.level(level);
  for (DepthLevel& level : out.sell) in.level(level);
}

void encode_index(Writer& out, const Quote& quote, bool with_time) noexcept {
  out.price(quote.high);
  out.price(quote.low);
  out.price(quote.open);
  out.price(quote.close);
  out.signed_price(quote.price_change);
  if (with_time) out.time(quote.exchange_time);
}

void encode_quote(Writer& out, const Quote& quote) noexcept {
  out.number(quote.last_quantity);
  out.price(quote.average_price);
  out.number(quote.day_volume);
  out.number(quote.buy_quantity);
  out.number(quote.sell_quantity);
  out.price(quote.open);
  out.price(quote.high);
  out.price(quote.low);
  out.price(quote.close);
}

void encode_full(Writer& out, const Quote& quote) noexcept {
  out.time(quote.last_trade_time);
  out.number(quote.oi);
  out.number(quote.oi_day_high);
  out.number(quote.oi_day_low);
  out.time(quote.exchange_time);
  for (const DepthLevel& level : quote.buy) out.level(level);
  for (const DepthLevel& level : quote.sell) out.level(level);
}

}  // namespace

bool is_packet_length(std::size_t bytes) noexcept {
  return bytes == kLtpBytes || bytes == kIndexQuoteBytes || bytes == kIndexFullBytes || bytes == kQuoteBytes ||
         bytes == kFullBytes;
}

std::optional<Packet> decode_packet(std::string_view bytes) noexcept {
  std::optional<Packet> out;
  if (!is_packet_length(bytes.size())) return out;
  Packet& packet = out.emplace();
  packet.token = Reader{bytes.data(), 1}.u32();
  Reader in{bytes.data() + sizeof(packet.token), price_divisor(packet.token)};
  packet.last_price = in.price();
  switch (bytes.size()) {
    case kIndexQuoteBytes:
    case kIndexFullBytes:
      packet.quote.mode = bytes.size() == kIndexFullBytes ? QuoteMode::Full : QuoteMode::Quote;
      decode_index(in, packet.quote.mode == QuoteMode::Full, packet.quote);
      break;
    case kQuoteBytes:
    case kFullBytes:
      packet.quote.mode = bytes.size() == kFullBytes ? QuoteMode::Full : QuoteMode::Quote;
      decode_quote(in, packet.quote);
      if (packet.quote.mode == QuoteMode::Full) decode_full(in, packet.quote);
      break;
    default:
      break;
  }
  return out;
}

std::size_t packet_length(std::uint32_t token, QuoteMode mode) noexcept {
  if (mode == QuoteMode::Ltp) return kLtpBytes;
  const bool full = mode == QuoteMode::Full;
  if (is_index(token)) return full ? kIndexFullBytes : kIndexQuoteBytes;
  return full ? kFullBytes : kQuoteBytes;
}

void append_packet(std::string& out, std::uint32_t token, double last_price, const Quote& quote, QuoteMode mode) {
  std::array<char, kLongestPacket> bytes;
  Writer writer{bytes.data(), price_divisor(token)};
  writer.u32(token);
  writer.price(last_price);
  if (mode != QuoteMode::Ltp) {
    if (is_index(token)) {
      encode_index(writer, quote, mode == QuoteMode::Full);
    } else {
      encode_quote(writer, quote);
      if (mode == QuoteMode::Full) encode_full(writer, quote);
    }
  }
  out.append(bytes.data(), packet_length(token, mode));
}

}  // namespace subd::kite
