#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/condition_syntax.hpp"
#include "wire/error.hpp"

namespace subd::engine {

/// A condition compiled for evaluation, with a place for each value that it reads.
///
/// Unknown:  what is computed from a value that is not there (NaN) is itself unknown, and so is a result that is no
///           finite number, as of a division by zero; a condition that comes out unknown does not hold. There is no
///           other exception: `not RSI_14_100 > 70` and `close > 0 or RSI_14_100 > 70` do not hold during warm-up.
/// Threads:  compile: any. An Expression: one owner.
/// Errors:   compile's are parse_condition's; holds() never fails and never allocates.
class Expression {
 public:
  /// `indicators`: the canonical ids that may be named.
  [[nodiscard]] static base::Result<Expression, wire::Error> compile(std::string_view text,
                                                                     std::span<const std::string> indicators);
  ~Expression();
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;

  /// Canonical; compiles to the same again.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::vector<Operand>& operands() const noexcept { return operands_; }
  /// Canonical ids that it reads, without repetition.
  [[nodiscard]] std::vector<std::string> indicators() const;

  /// The value of operands()[operand], unknown until then; no finite number: not there. REQUIRES: such an operand.
  void set(std::size_t operand, double value) noexcept;
  /// Whether the condition is true of the values set. About 10 ns for each operator.
  [[nodiscard]] bool holds() const noexcept;

 private:
  class Program;
  Expression(ConditionSyntax syntax, std::unique_ptr<Program> program) noexcept;

  std::string text_;
  std::vector<Operand> operands_;
  std::unique_ptr<Program> program_;
};

}  // namespace subd::engine
