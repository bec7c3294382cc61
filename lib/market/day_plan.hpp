#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.hpp"

namespace subd::market {

/// A trading session by the exchange's clock. `open` is from 00:00 to 23:59, `close` from 00:00 to 24:00; a close that
/// is not after the open is on the next date.
struct SessionHours {
  std::chrono::minutes open{};
  std::chrono::minutes close{};
  friend bool operator==(const SessionHours&, const SessionHours&) = default;
};

/// The trading sessions of a day, in order and apart; none on a day without trading.
struct DayPlan {
  static constexpr std::size_t kMaxSessions = 8;

  /// Counted from the midnight that begins the trading day's date; the evening before is negative.
  struct Session {
    std::chrono::minutes open{};
    std::chrono::minutes close{};
    friend bool operator==(const Session&, const Session&) = default;
  };

  std::array<Session, kMaxSessions> sessions{};
  std::uint8_t count = 0;

  [[nodiscard]] std::span<const Session> all() const noexcept { return {sessions.data(), count}; }
  friend bool operator==(const DayPlan&, const DayPlan&) = default;
};

/// Puts `hours` into the 24 hours from `day_starts` on, which counts from midnight too. The error says what is allowed.
[[nodiscard]] base::Result<DayPlan, std::string> plan_day(std::span<const SessionHours> hours,
                                                          std::chrono::minutes day_starts);

/// What of `plan` lies between the two.
[[nodiscard]] DayPlan clipped(const DayPlan& plan, std::chrono::minutes from, std::chrono::minutes until) noexcept;

/// `09:15`
[[nodiscard]] std::string clock_text(std::chrono::minutes time);

}  // namespace subd::market
