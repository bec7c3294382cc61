#pragma once

#include <cstdint>

#include "market/instrument.hpp"
#include "market/timeframe.hpp"

namespace subd::wire {

/// One stream = one instrument at one timeframe. The same number on every thread of the process, without interning.
enum class StreamId : std::uint64_t {};

[[nodiscard]] constexpr StreamId stream_id(market::InstrumentId instrument, market::Timeframe timeframe) noexcept {
  return StreamId{static_cast<std::uint64_t>(instrument) << 8 | static_cast<std::uint64_t>(timeframe)};
}
[[nodiscard]] constexpr market::InstrumentId instrument_of(StreamId id) noexcept {
  return market::InstrumentId{static_cast<std::uint32_t>(static_cast<std::uint64_t>(id) >> 8)};
}
[[nodiscard]] constexpr market::Timeframe timeframe_of(StreamId id) noexcept {
  return market::Timeframe{static_cast<std::uint8_t>(static_cast<std::uint64_t>(id) & 0xFF)};
}

}  // namespace subd::wire
