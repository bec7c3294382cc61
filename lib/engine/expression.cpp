#include "engine/expression.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace subd::engine {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Every operator keeps this: its result is finite or unknown, and unknown when an operand is. muParser's own operators
// would take NaN for true in && and ||, and let an infinity into a comparison.

double known(double value) noexcept {
  return std::isfinite(value) ? value : kUnknown;
}
double truth(double a, double b, bool value) {
  return std::isnan(a) || std::isnan(b) ? kUnknown : static_cast<double>(value);
}

double both(double a, double b) {
  return truth(a, b, a != 0 && b != 0);
}
double either(double a, double b) {
  return truth(a, b, a != 0 || b != 0);
}
double negation(double a) {
  return truth(a, a, a == 0);
}
double less(double a, double b) {
  return truth(a, b, a < b);
}
double less_or_equal(double a, double b) {
  return truth(a, b, a <= b);
}
double greater(double a, double b) {
  return truth(a, b, a > b);
}
double greater_or_equal(double a, double b) {
  return truth(a, b, a >= b);
}
double equal(double a, double b) {
  return truth(a, b, a == b);
}
double unequal(double a, double b) {
  return truth(a, b, a != b);
}
double sum(double a, double b) {
  return known(a + b);
}
double difference(double a, double b) {
  return known(a - b);
}
double product(double a, double b) {
  return known(a * b);
}
double quotient(double a, double b) {
  return known(a / b);
}
double minus(double a) {
  return -a;
}
double absolute(double a) {
  return std::abs(a);
}
double smaller(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? kUnknown : std::min(a, b);
}
double larger(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? kUnknown : std::max(a, b);
}

/// muParser's reader of numbers; its own would follow the locale.
int read_number(const char* text, int* position, double* value) {
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), *value);
  if (error != std::errc{}) return 0;
  *position += static_cast<int>(end - text);
  return 1;
}

}  // namespace

/// muParser with nothing in it but what a condition may use.
class Expression::Program final : public mu::ParserBase {
 public:
  /// Throws mu::ParserError.
  Program(const std::string& program, std::size_t operands) : values(operands, kUnknown) {
    EnableBuiltInOprt(false);
    AddValIdent(read_number);
    Init();
    for (std::size_t i = 0; i < operands; ++i) DefineVar(fmt::format("v{}", i), &values[i]);
    SetExpr(program);
    (void)Eval();  // compiles: from now on only the bytecode runs, which does not throw
  }

  std::vector<double> values;  // never resized: the bytecode points into it

 protected:
  void InitCharSets() override {
    DefineNameChars("0123456789abcdefghijklmnopqrstuvwxyz");
    DefineOprtChars("&|<=>!+-*/");
    DefineInfixOprtChars("!-");
  }
  void InitConst() override {}
  void InitFun() override {
    DefineFun("abs", absolute);
    DefineFun("min", smaller);
    DefineFun("max", larger);
  }
  void InitOprt() override {
    DefineOprt("||", either, mu::prLOR);
    DefineOprt("&&", both, mu::prLAND);
    DefineInfixOprt("!", negation);
    DefineOprt("<", less, mu::prCMP);
    DefineOprt("<=", less_or_equal, mu::prCMP);
    DefineOprt(">", greater, mu::prCMP);
    DefineOprt(">=", greater_or_equal, mu::prCMP);
    DefineOprt("==", equal, mu::prCMP);
    DefineOprt("!=", unequal, mu::prCMP);
    DefineOprt("+", sum, mu::prADD_SUB);
    DefineOprt("-", difference, mu::prADD_SUB);
    DefineOprt("*", product, mu::prMUL_DIV);
    DefineOprt("/", quotient, mu::prMUL_DIV);
    DefineInfixOprt("-", minus);
  }
};

Expression::Expression(ConditionSyntax syntax, std::unique_ptr<Program> program) noexcept
    : text_{std::move(syntax.text)}, operands_{std::move(syntax.operands)}, program_{std::move(program)} {}

Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

base::Result<Expression, wire::Error> Expression::compile(std::string_view text,
                                                          std::span<const std::string> indicators) {
  auto syntax = parse_condition(text, indicators);
  if (!syntax) return syntax.error();
  try {
    auto program = std::make_unique<Program>(syntax->program, syntax->operands.size());
    return Expression{std::move(*syntax), std::move(program)};
  } catch (const mu::ParserError& error) {
    // parse_condition lets nothing through that muParser refuses; if it ever does, the client hears of it.
    return wire::Error{wire::ErrorCode::Internal, fmt::format("when: {}", error.GetMsg()),
                       R"({"field":"when","position":0})"};
  }
}

std::vector<std::string> Expression::indicators() const {
  std::vector<std::string> ids;
  for (const Operand& operand : operands_) {
    if (operand.indicator.empty() || std::find(ids.begin(), ids.end(), operand.indicator) != ids.end()) continue;
    ids.push_back(operand.indicator);
  }
  return ids;
}

void Expression::set(std::size_t operand, double value) noexcept {
  program_->values[operand] = known(value);
}

bool Expression::holds() const noexcept {
  const double result = program_->Eval();
  return std::isfinite(result) && result != 0;
}

}  // namespace subd::engine
