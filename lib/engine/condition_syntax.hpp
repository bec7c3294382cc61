#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/error.hpp"

namespace subd::engine {

enum class BarField : std::uint8_t { Open, High, Low, Close, Volume, OpenInterest };

/// One value that a condition reads: an output of an indicator, or a field of the bar.
struct Operand {
  std::string indicator{};  ///< canonical id; empty: `field`
  std::size_t output = 0;   ///< of the indicator, in catalogue order
  BarField field = BarField::Close;

  friend bool operator==(const Operand&, const Operand&) = default;
};

/// A condition that was read and found sound.
struct ConditionSyntax {
  /// Canonical: ids in full, words for operators, single spaces. Equal conditions have equal texts, but for the order
  /// of operands; reading it again gives the same.
  std::string text;
  /// The same for the evaluator: operands[i] as `v<i>`, `&& || !` for the words, what `!` reaches in parentheses.
  std::string program;
  std::vector<Operand> operands;  ///< in the order of their first appearance
};

/// Bounds of one condition, whatever it is written like.
inline constexpr std::size_t kMaxConditionSymbols = 128;  ///< names, numbers and operators
inline constexpr std::size_t kMaxConditionDepth = 16;     ///< parentheses within each other

/// Reads a condition, for example `RSI_14 > 70 and close > SMA_20`:
///
///   values       numbers; open high low close volume oi; ids of indicators with one output (short forms as
///                everywhere), ID.OUTPUT for one of several
///   operators    or || · and && · not ! · < <= > >= == != · + - · * / · one unary -, loosest first; ( )
///   functions    abs(x) min(x, y) max(x, y)
///
/// Nothing else exists: no assignment, no text, no names of the client's own. Two comparisons are joined by a word, so
/// `1 < x < 2` is refused, as is an expression that compares nothing. Letters may be of either case.
///
/// `indicators`: the canonical ids that may be named. Errors: ErrorCode::BadRequest with the detail
/// `{"field":"when","position":11,"token":"70"}`, position in bytes from 0.
[[nodiscard]] base::Result<ConditionSyntax, wire::Error> parse_condition(std::string_view text,
                                                                         std::span<const std::string> indicators);

}  // namespace subd::engine
