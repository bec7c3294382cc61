#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "indicator/indicator.hpp"

namespace subd::indicator {

/// No window is longer than this; it bounds the memory of one computation (about 240 KB).
inline constexpr double kLongestWindow = 5000;

/// Averages and sums of price movement below this count as no movement at all, as in TA-Lib.
inline constexpr double kNoMovement = 1e-14;

enum class ParameterKind : std::uint8_t { Integer, Real, Choice };

/// One parameter of an indicator. A value is a double of `minimum` to `maximum`, both included; an Integer's has no
/// fraction; a Choice's is the index into `choices`.
struct Parameter {
  std::string_view name;
  /// Other spellings that a request may use; the canonical one is `name`.
  std::span<const std::string_view> aliases{};
  ParameterKind kind = ParameterKind::Integer;
  double default_value = 0;
  double minimum = 0;
  double maximum = 0;
  std::span<const std::string_view> choices{};
  std::string_view doc{};
  /// Chooses between schools of one formula, where the ordinary parameters size it. Conventions stand after all
  /// ordinary parameters; an id holds them only as far as the last that is not its default.
  bool convention = false;
};

/// A rule between two parameters: values[smaller] < values[larger].
struct Ordering {
  std::size_t smaller = 0;
  std::size_t larger = 0;
};

/// What an indicator is: the single source for validation, ids, the catalogue, and making one.
///
/// `values` below holds one number for each of `parameters`, in that order, already checked against them (see
/// spec.hpp).
struct Definition {
  /// Upper case, no underscore: it is the first part of an id.
  std::string_view name;
  std::string_view title;
  /// What it says, from which bar on, and what a dead window gives.
  std::string_view description;
  /// Where the formula comes from, e.g. `TA-Lib 0.6 RSI`.
  std::string_view source;
  std::span<const Parameter> parameters{};
  std::span<const Ordering> orderings{};
  /// One output is a plain number on the wire; several are an object with these names.
  std::span<const std::string_view> outputs{};
  /// Bars to commit until every output can have a value, that bar included.
  std::size_t (*warm_up)(std::span<const double> values) = nullptr;
  std::unique_ptr<Indicator> (*make)(std::span<const double> values) = nullptr;
};

/// A checked whole-number value as a count of bars.
inline std::size_t bar_count(double value) noexcept {
  return static_cast<std::size_t>(value);
}

inline constexpr std::string_view kLengthAliases[] = {"period", "timeperiod", "window", "n"};

/// The parameter that most indicators have.
constexpr Parameter length_parameter(double default_value, double minimum, std::string_view doc) noexcept {
  return {.name = "length",
          .aliases = kLengthAliases,
          .default_value = default_value,
          .minimum = minimum,
          .maximum = kLongestWindow,
          .doc = doc};
}

}  // namespace subd::indicator
