#include "engine/condition_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/number_text.hpp"
#include "engine/condition_token.hpp"
#include "indicator/catalogue.hpp"
#include "indicator/spec.hpp"
#include "indicator/text.hpp"

namespace subd::engine {
namespace {

using wire::Error;
using wire::ErrorCode;
using Kind = ConditionToken::Kind;

constexpr std::array<std::pair<std::string_view, BarField>, 6> kFields{{{"open", BarField::Open},
                                                                        {"high", BarField::High},
                                                                        {"low", BarField::Low},
                                                                        {"close", BarField::Close},
                                                                        {"volume", BarField::Volume},
                                                                        {"oi", BarField::OpenInterest}}};

Error mistake(const ConditionToken& at, std::string_view what) {
  std::string detail = fmt::format(R"({{"field":"when","position":{},"token":)", at.position);
  base::append_json_string(detail, indicator::excerpt(at.text));
  detail += '}';
  return {ErrorCode::BadRequest, fmt::format("when, byte {}: {}", at.position, what), std::move(detail)};
}

std::string shown(const ConditionToken& token) {
  return token.kind == Kind::End ? "the end" : fmt::format("\"{}\"", indicator::excerpt(token.text));
}

Error expected(std::string_view what, const ConditionToken& found) {
  return mistake(found, fmt::format("expected {}, got {}", what, shown(found)));
}

Error unknown_name(const ConditionToken& token, std::string_view name) {
  std::vector<std::string_view> known;
  known.reserve(kFields.size() + indicator::catalogue().size());
  for (const auto& [field, id] : kFields) known.push_back(field);
  for (const indicator::Definition* definition : indicator::catalogue()) known.push_back(definition->name);
  return mistake(token, fmt::format("no field or indicator {}{}", indicator::excerpt(name),
                                    base::did_you_mean(base::nearest(name, known))));
}

/// Where the name of an output begins in `MACD_12_26_9.MACDh`; a dot before a digit belongs to a parameter.
std::size_t output_at(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == name.size()) return std::string_view::npos;
  return name[dot + 1] >= '0' && name[dot + 1] <= '9' ? std::string_view::npos : dot + 1;
}

/// Reads the tokens one by one, alternating between a place for a value and a place for an operator.
class Reader {
 public:
  Reader(std::string_view text, std::span<const std::string> indicators) : scanner_{text}, indicators_{indicators} {}

  base::Result<ConditionSyntax, Error> read() {
    for (;;) {
      const ConditionToken token = scanner_.next();
      if (++symbols_ > kMaxConditionSymbols) {
        return mistake(token, fmt::format("more than {} names, numbers and operators", kMaxConditionSymbols));
      }
      const auto error = wants_value_ ? take_value(token) : take_operator(token);
      if (error) return *error;
      if (token.kind == Kind::End) return std::move(syntax_);
    }
  }

 private:
  /// What is open: a parenthesis, the arguments of a function, or the whole.
  struct Level {
    std::size_t commas = 0;     // still to come
    bool compared = false;      // since the last `and`, `or` or comma
    std::size_t negations = 0;  // since then, too
  };

  std::optional<Error> take_value(const ConditionToken& token) {
    const bool wants_truth = std::exchange(wants_truth_, false);
    const bool signed_before = std::exchange(signed_, false);
    switch (token.kind) {
      case Kind::Number:
        return take_number(token);
      case Kind::Name:
        return take_name(token);
      case Kind::Function:
        append(token.canonical, token.program);
        (void)scanner_.next();  // its parenthesis, without which it would be a name
        return open(token, {.commas = token.arguments - 1});
      case Kind::Open:
        wants_truth_ = true;
        return open(token, {});
      case Kind::Not:
        if (!wants_truth) return mistake(token, "not stands before a comparison or a parenthesis");
        wants_truth_ = true;
        append("not ", token.program);
        append({}, "(");
        ++levels_.back().negations;
        return std::nullopt;
      case Kind::Sum:
        if (token.canonical != "-" || signed_before) break;
        signed_ = true;
        append("-", token.program);
        return std::nullopt;
      default:
        break;
    }
    return expected("a name, a number or \"(\"", token);
  }

  std::optional<Error> take_operator(const ConditionToken& token) {
    Level& level = levels_.back();
    switch (token.kind) {
      case Kind::Compare:
        if (level.compared) return mistake(token, "two comparisons in a row; join them with and, or use parentheses");
        level.compared = true;
        compares_ = true;
        return take_binary(token);
      case Kind::Logic:
        end_term();
        wants_truth_ = true;
        return take_binary(token);
      case Kind::Sum:
      case Kind::Product:
        return take_binary(token);
      case Kind::Comma:
        if (level.commas == 0) return mistake(token, "a comma stands only between the arguments of min and max");
        --level.commas;
        end_term();
        wants_value_ = true;
        append(", ", ",");
        return std::nullopt;
      case Kind::Close:
        if (levels_.size() == 1) return mistake(token, "\")\" without \"(\"");
        if (level.commas > 0) return expected("a comma and the second argument", token);
        end_term();
        levels_.pop_back();
        append(")", ")");
        return std::nullopt;
      case Kind::End:
        if (levels_.size() > 1) return expected("\")\"", token);
        if (!compares_) return mistake(token, "nothing is compared; a condition is like close > 100");
        end_term();
        return std::nullopt;
      default:
        break;
    }
    if (token.text.front() == '=') return mistake(token, "expected an operator; equality is ==");
    return expected("an operator, \")\" or the end", token);
  }

  std::optional<Error> take_binary(const ConditionToken& token) {
    wants_value_ = true;
    append(fmt::format(" {} ", token.canonical), token.program);
    return std::nullopt;
  }

  /// A comparison ends, and with it what its `not`s stand before: they reach as far as `and`, `or`, a comma or the end
  /// of the level, and the evaluator is told so by parentheses.
  void end_term() {
    Level& level = levels_.back();
    level.compared = false;
    for (; level.negations > 0; --level.negations) append({}, ")");
  }

  std::optional<Error> open(const ConditionToken& token, Level level) {
    if (levels_.size() > kMaxConditionDepth) {
      return mistake(token, fmt::format("more than {} parentheses within each other", kMaxConditionDepth));
    }
    levels_.push_back(level);
    append("(", "(");
    return std::nullopt;
  }

  std::optional<Error> take_number(const ConditionToken& token) {
    const auto value = base::parse_number(token.text);
    if (!value) return mistake(token, fmt::format("{} is no number that can be held", shown(token)));
    wants_value_ = false;
    const std::string text = base::number_text(*value);
    append(text, text);
    return std::nullopt;
  }

  std::optional<Error> take_name(const ConditionToken& token) {
    for (const auto& [name, field] : kFields) {
      if (indicator::equal_ignoring_case(name, token.text)) {
        take_operand({.field = field}, name);
        return std::nullopt;
      }
    }
    const std::size_t output = output_at(token.text);
    const std::string_view asked = token.text.substr(0, output == std::string_view::npos ? output : output - 1);
    const auto spec = indicator::parse_id(asked);
    if (!spec) {
      const bool unknown = spec.error().code == indicator::SpecError::Code::UnknownIndicator;
      return unknown ? unknown_name(token, asked.substr(0, asked.find('_'))) : mistake(token, spec.error().message);
    }
    if (std::find(indicators_.begin(), indicators_.end(), spec->id) == indicators_.end()) {
      return mistake(token, fmt::format("{} is not among the stream's indicators; subscribe it, too", spec->id));
    }
    return take_output(token, *spec, output == std::string_view::npos ? std::string_view{} : token.text.substr(output));
  }

  std::optional<Error> take_output(const ConditionToken& token, const indicator::Spec& spec, std::string_view output) {
    const auto outputs = spec.definition->outputs;
    if (outputs.size() == 1) {
      if (!output.empty()) return mistake(token, fmt::format("{} has one output; write {}", spec.id, spec.id));
      take_operand({.indicator = spec.id}, spec.id);
      return std::nullopt;
    }
    const auto found = std::find_if(outputs.begin(), outputs.end(), [output](std::string_view name) {
      return indicator::equal_ignoring_case(name, output);
    });
    if (found == outputs.end()) {
      std::string names;
      for (const std::string_view name : outputs) {
        names += fmt::format("{}{}.{}", names.empty() ? "" : ", ", spec.id, name);
      }
      return mistake(token, fmt::format("{} has several outputs; write one of {}", spec.id, names));
    }
    take_operand({.indicator = spec.id, .output = static_cast<std::size_t>(found - outputs.begin())},
                 fmt::format("{}.{}", spec.id, *found));
    return std::nullopt;
  }

  void take_operand(Operand operand, std::string_view canonical) {
    wants_value_ = false;
    auto& operands = syntax_.operands;
    auto at = std::find(operands.begin(), operands.end(), operand);
    if (at == operands.end()) at = operands.insert(at, std::move(operand));
    append(canonical, fmt::format("v{}", at - operands.begin()));
  }

  void append(std::string_view canonical, std::string_view program) {
    syntax_.text += canonical;
    // The evaluator knows a function by the parenthesis right behind its name.
    if (program != "(" && !program.empty()) syntax_.program += ' ';
    syntax_.program += program;
  }

  ConditionScanner scanner_;
  std::span<const std::string> indicators_;
  ConditionSyntax syntax_;
  std::vector<Level> levels_{Level{}};
  std::size_t symbols_ = 0;
  bool wants_value_ = true;
  bool wants_truth_ = true;  // `not` may stand here
  bool signed_ = false;      // behind a minus sign
  bool compares_ = false;
};

}  // namespace

base::Result<ConditionSyntax, Error> parse_condition(std::string_view text, std::span<const std::string> indicators) {
  return Reader{text, indicators}.read();
}

}  // namespace subd::engine
