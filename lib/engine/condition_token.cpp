#include "engine/condition_token.hpp"

#include <array>
#include <charconv>

#include "indicator/text.hpp"

namespace subd::engine {
namespace {

using Kind = ConditionToken::Kind;

struct Symbol {
  std::string_view written;
  Kind kind = Kind::Unknown;
  std::string_view canonical;
  std::string_view program;
  std::size_t arguments = 0;
};

constexpr std::array<Symbol, 6> kWords{{{"and", Kind::Logic, "and", "&&"},
                                        {"or", Kind::Logic, "or", "||"},
                                        {"not", Kind::Not, "not", "!"},
                                        {"abs", Kind::Function, "abs", "abs", 1},
                                        {"min", Kind::Function, "min", "min", 2},
                                        {"max", Kind::Function, "max", "max", 2}}};

/// The longer before those that begin alike.
constexpr std::array<Symbol, 16> kSigns{{{"&&", Kind::Logic, "and", "&&"},
                                         {"||", Kind::Logic, "or", "||"},
                                         {"<=", Kind::Compare, "<=", "<="},
                                         {">=", Kind::Compare, ">=", ">="},
                                         {"==", Kind::Compare, "==", "=="},
                                         {"!=", Kind::Compare, "!=", "!="},
                                         {"<", Kind::Compare, "<", "<"},
                                         {">", Kind::Compare, ">", ">"},
                                         {"!", Kind::Not, "not", "!"},
                                         {"+", Kind::Sum, "+", "+"},
                                         {"-", Kind::Sum, "-", "-"},
                                         {"*", Kind::Product, "*", "*"},
                                         {"/", Kind::Product, "/", "/"},
                                         {"(", Kind::Open, "(", "("},
                                         {")", Kind::Close, ")", ")"},
                                         {",", Kind::Comma, ",", ","}}};

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

ConditionToken token_of(const Symbol& symbol, std::size_t position, std::string_view text) noexcept {
  return {symbol.kind, position, text, symbol.canonical, symbol.program, symbol.arguments};
}

}  // namespace

void ConditionScanner::skip_space() noexcept {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

/// True for the sign in `PSAR_1e-04_0.2`, where a parameter is written with an exponent.
bool ConditionScanner::exponent_sign_at(std::size_t at) const noexcept {
  if (at + 1 >= text_.size() || (text_[at] != '-' && text_[at] != '+') || !is_digit(text_[at + 1])) return false;
  if (text_[at - 1] != 'e' && text_[at - 1] != 'E') return false;
  std::size_t begin = at - 1;
  while (begin > at_ && (is_digit(text_[begin - 1]) || text_[begin - 1] == '.')) --begin;
  return begin > at_ && begin < at - 1 && text_[begin - 1] == '_';
}

std::string_view ConditionScanner::name() const noexcept {
  std::size_t end = at_ + 1;
  while (end < text_.size() &&
         (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.' || exponent_sign_at(end))) {
    ++end;
  }
  return text_.substr(at_, end - at_);
}

std::string_view ConditionScanner::number() const noexcept {
  double value = 0;
  const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
  return text_.substr(at_, static_cast<std::size_t>(end - text_.data()) - at_);
}

/// One whole character, so that no error quotes half of one.
std::string_view ConditionScanner::character() const noexcept {
  std::size_t end = at_ + 1;
  while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
  return text_.substr(at_, end - at_);
}

ConditionToken ConditionScanner::next() noexcept {
  skip_space();
  const std::size_t position = at_;
  if (at_ == text_.size()) return {Kind::End, position, {}, {}, {}};
  const char c = text_[at_];
  if (is_letter(c)) {
    const std::string_view text = name();
    at_ += text.size();
    for (const Symbol& word : kWords) {
      if (!indicator::equal_ignoring_case(word.written, text)) continue;
      skip_space();
      if (word.kind == Kind::Function && (at_ == text_.size() || text_[at_] != '(')) break;
      return token_of(word, position, text);
    }
    return {Kind::Name, position, text, {}, {}};
  }
  if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
    const std::string_view text = number();
    at_ += text.size();
    return {Kind::Number, position, text, {}, {}};
  }
  for (const Symbol& sign : kSigns) {
    if (!text_.substr(at_).starts_with(sign.written)) continue;
    at_ += sign.written.size();
    return token_of(sign, position, sign.written);
  }
  const std::string_view text = character();
  at_ += text.size();
  return {Kind::Unknown, position, text, {}, {}};
}

}  // namespace subd::engine
