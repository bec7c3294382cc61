#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "kite/packet.hpp"

/// A binary message of Kite's ticker: a count, then for each packet its length and its bytes. A message of one byte is
/// a heartbeat, sent where there is nothing else to say.
namespace subd::kite {

/// What Kite sends as a heartbeat; its value means nothing.
inline constexpr std::string_view kHeartbeat{"\0", 1};

[[nodiscard]] constexpr bool is_heartbeat(std::string_view message) noexcept {
  return message.size() == kHeartbeat.size();
}

/// The packets of one frame.
///
///     FrameReader reader{message};
///     while (const auto packet = reader.next()) ...
///
/// Memory: none of its own; `frame` must outlive it. Never reads beyond the frame, whatever its counts and lengths say.
class FrameReader {
 public:
  explicit FrameReader(std::string_view frame) noexcept;

  /// The next packet of a known length; nullopt at the end, or where the frame stops making sense.
  [[nodiscard]] std::optional<Packet> next() noexcept;

  /// Packets of a length that no packet has, passed over so far.
  [[nodiscard]] std::uint32_t skipped() const noexcept { return skipped_; }

  /// Once next() is nullopt: the frame ended where its count and lengths said. False for one that was cut and for one
  /// with bytes left over.
  [[nodiscard]] bool is_whole() const noexcept { return left_ == 0 && rest_.empty() && !cut_; }

 private:
  /// The first two bytes of the rest, which are then gone; nullopt where there are fewer.
  [[nodiscard]] std::optional<std::uint16_t> take_u16() noexcept;

  std::string_view rest_;
  std::uint32_t left_ = 0;  // packets that are still announced
  std::uint32_t skipped_ = 0;
  bool cut_ = false;
};

/// Appends one frame to `out`, packet by packet; after each of them it is a whole frame.
///
/// REQUIRES: `out` outlives the builder and is not touched by others meanwhile.
class FrameBuilder {
 public:
  static constexpr std::size_t kMostPackets = std::numeric_limits<std::uint16_t>::max();

  explicit FrameBuilder(std::string& out);

  // REQUIRES of both: count() < kMostPackets.

  void add(std::uint32_t token, double last_price, const market::Quote& quote, market::QuoteMode mode);
  /// A packet that is encoded already, of 65,535 bytes at most.
  void add(std::string_view packet);

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  void announce(std::size_t packet_bytes);

  std::string& out_;
  std::size_t begin_;  // of the frame within out_
  std::size_t count_ = 0;
};

}  // namespace subd::kite
