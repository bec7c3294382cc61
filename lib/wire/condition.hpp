#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Conditional subscriptions as the modules speak of them: a subscriber gets only updates for which an expression over
/// the stream's values holds.
namespace subd::wire {

/// The longest expression that a client may send.
inline constexpr std::size_t kMaxConditionBytes = 512;

/// Position of a running condition among the states that a stream's updates carry. Given and taken as Slot is.
using ConditionSlot = std::uint16_t;

/// What one update says of one condition. `Rises`: holds, and did not for the update before.
enum class ConditionState : std::uint8_t { False, Holds, Rises };

/// Which updates a conditional subscription gets: all for which the condition holds, or those with which it turns true.
enum class Trigger : std::uint8_t { Level, Edge };

/// What a subscribe request does to the condition of its stream.
enum class ConditionAction : std::uint8_t { Keep, Clear, Replace };

/// `level`, `edge`.
[[nodiscard]] constexpr std::string_view trigger_name(Trigger trigger) noexcept {
  return trigger == Trigger::Level ? "level" : "edge";
}

/// Whether an update in that state is for a subscription with that trigger.
[[nodiscard]] constexpr bool triggers(Trigger trigger, ConditionState state) noexcept {
  return state == ConditionState::Rises || (state == ConditionState::Holds && trigger == Trigger::Level);
}

}  // namespace subd::wire
