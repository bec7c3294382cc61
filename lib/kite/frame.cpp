#include "kite/frame.hpp"

namespace subd::kite {
namespace {

char high_byte(std::size_t value) noexcept {
  return static_cast<char>(value >> 8 & 0xFF);
}

char low_byte(std::size_t value) noexcept {
  return static_cast<char>(value & 0xFF);
}

}  // namespace

FrameReader::FrameReader(std::string_view frame) noexcept : rest_{frame} {
  if (const auto count = take_u16()) {
    left_ = *count;
  } else {
    cut_ = true;
  }
}

std::optional<std::uint16_t> FrameReader::take_u16() noexcept {
  if (rest_.size() < 2) return std::nullopt;
  const auto high = static_cast<std::uint8_t>(rest_[0]);
  const auto low = static_cast<std::uint8_t>(rest_[1]);
  rest_.remove_prefix(2);
  return static_cast<std::uint16_t>(high << 8 | low);
}

std::optional<Packet> FrameReader::next() noexcept {
  while (left_ > 0 && !cut_) {
    const auto length = take_u16();
    if (!length || *length > rest_.size()) {
      cut_ = true;
      break;
    }
    const std::string_view bytes = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    --left_;
    if (auto packet = decode_packet(bytes)) return packet;
    ++skipped_;
  }
  return std::nullopt;
}

FrameBuilder::FrameBuilder(std::string& out) : out_{out}, begin_{out.size()} {
  out_.append(2, '\0');
}

void FrameBuilder::announce(std::size_t packet_bytes) {
  ++count_;
  out_[begin_] = high_byte(count_);
  out_[begin_ + 1] = low_byte(count_);
  out_.push_back(high_byte(packet_bytes));
  out_.push_back(low_byte(packet_bytes));
}

void FrameBuilder::add(std::uint32_t token, double last_price, const market::Quote& quote, market::QuoteMode mode) {
  announce(packet_length(token, mode));
  append_packet(out_, token, last_price, quote, mode);
}

void FrameBuilder::add(std::string_view packet) {
  announce(packet.size());
  out_.append(packet);
}

}  // namespace subd::kite
