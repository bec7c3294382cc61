#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "market/bar.hpp"

namespace subd::market {

/// Whose holidays and short days an exchange keeps, as far as a rule gives them. Dates that are set anew each year are
/// for the configuration.
enum class Observance : std::uint8_t {
  None,
  /// NSE and BSE: 26 January, 1 May, 15 August, 2 October, 25 December, Good Friday. Not: Holi, Diwali and the others.
  India,
  /// MCX: as India, but on 1 May from 17:00; and until 23:30 while New York has daylight saving time (MCX ends its
  /// sessions with the American ones: circulars of each March and November, in force from the Monday after the change).
  IndiaCommodities,
  /// NYSE and Nasdaq, rule 7.2 as in force since 2013: New Year, Martin Luther King (since 1998), Washington, Good
  /// Friday, Memorial, Juneteenth (since 2022), Independence, Labor, Thanksgiving, Christmas. One on a Sunday is kept
  /// on Monday, one on a Saturday on Friday, but for New Year. Until 13:00 on the day after Thanksgiving and on 3 July
  /// and 24 December before a holiday that is not moved. Besides, the closings of no rule since 2001.
  NewYork,
};

/// Trading on `day` is what of the usual sessions lies between the two, which count from the day's midnight by the
/// exchange's clock; none when they are equal.
struct DayLimits {
  TradingDay day{};
  std::chrono::minutes from{};
  std::chrono::minutes until{};
};

/// The days of `year` that differ from a usual one, in no order, each once. Holidays that fall on a weekend may be
/// among them. Throws std::runtime_error when the zone database lacks New York.
[[nodiscard]] std::vector<DayLimits> observed(Observance observance, std::chrono::year year);

/// Easter Sunday of the Gregorian calendar.
[[nodiscard]] TradingDay easter(std::chrono::year year) noexcept;

}  // namespace subd::market
