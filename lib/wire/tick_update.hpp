#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "market/instrument.hpp"
#include "market/quote.hpp"

namespace subd::wire {

/// What a tick is told in: a JSON message of `/ws/ticks`, or a packet of `/kite/`.
enum class TickFormat : std::uint8_t { Json, Packet };

/// How one subscriber takes a tick.
struct TickForm {
  TickFormat format = TickFormat::Json;
  market::QuoteMode mode = market::QuoteMode::Ltp;
  friend bool operator==(TickForm, TickForm) = default;
};

inline constexpr std::size_t kTickForms = 6;

/// 0 .. kTickForms - 1.
[[nodiscard]] constexpr std::size_t index_of(TickForm form) noexcept {
  return static_cast<std::size_t>(form.format) * 3 + static_cast<std::size_t>(form.mode);
}

/// A set of forms.
class TickForms {
 public:
  constexpr TickForms() noexcept = default;
  constexpr void add(TickForm form) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | 1U << index_of(form)); }
  constexpr void add(TickForms others) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | others.bits_); }
  [[nodiscard]] constexpr bool has(TickForm form) const noexcept { return (bits_ >> index_of(form) & 1U) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  /// The highest mode among those of the format, and of both; nullopt where there is none.
  [[nodiscard]] std::optional<market::QuoteMode> highest(TickFormat format) const noexcept;
  [[nodiscard]] std::optional<market::QuoteMode> highest() const noexcept;
  friend constexpr bool operator==(TickForms, TickForms) = default;

 private:
  std::uint8_t bits_ = 0;
};

/// What a tick says, in the words of the protocol. Unknown numbers of the quote are NaN.
struct TickFields {
  std::uint32_t token = 0;
  std::string_view symbol;
  base::UtcTime time{};
  double last_price = 0;
  const market::Quote& quote;
};

/// One tick of one instrument, serialised once for all subscribers, in the forms that somebody takes.
///
/// Threads: built on the market thread, then immutable and shared with the io threads.
class TickUpdate {
 public:
  market::InstrumentId instrument{};
  std::uint64_t seq = 0;
  /// The last price is another than before: without that it is not for those who take it in mode Ltp.
  bool price_changed = true;

  /// Adds the JSON message of `highest` and of every mode below. Once, after seq is set.
  void add_json(const TickFields& fields, market::QuoteMode highest);
  /// Adds the packet of one mode. Once per mode.
  void add_packet(market::QuoteMode mode, std::string_view bytes);

  [[nodiscard]] bool carries(TickForm form) const noexcept;
  /// Carried, and news to who takes it in that form.
  [[nodiscard]] bool is_for(TickForm form) const noexcept {
    return (price_changed || form.mode != market::QuoteMode::Ltp) && carries(form);
  }
  /// Bytes that append_payload would write. REQUIRES of both: carries(form).
  [[nodiscard]] std::size_t payload_bytes(TickForm form) const noexcept;
  /// The packet of a mode. REQUIRES: it is carried.
  [[nodiscard]] std::string_view packet(market::QuoteMode mode) const noexcept;
  /// Appends the JSON message, or the packet alone. No allocation once `out` has grown.
  void append_payload(std::string& out, TickForm form) const;

 private:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };

  std::string json_;                            // up to the mode's name, then the fields of every mode in rising order
  std::uint32_t head_bytes_ = 0;                // of json_
  std::array<std::uint32_t, 3> fields_ends_{};  // of json_, by mode; 0: not carried
  std::string packets_;
  std::array<Range, 3> packet_ranges_{};  // of packets_, by mode; empty: not carried
};
using TickPtr = std::shared_ptr<const TickUpdate>;

}  // namespace subd::wire
