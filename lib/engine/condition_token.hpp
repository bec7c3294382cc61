#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace subd::engine {

/// One symbol of a condition's text. Internal to the module.
struct ConditionToken {
  enum class Kind : std::uint8_t {
    Number,
    Name,
    Function,  ///< a name of one that a parenthesis follows
    Compare,
    Logic,
    Not,
    Sum,
    Product,
    Open,
    Close,
    Comma,
    End,
    Unknown,  ///< a character that nothing begins with
  };
  Kind kind = Kind::End;
  std::size_t position = 0;    ///< in bytes
  std::string_view text;       ///< as written
  std::string_view canonical;  ///< of an operator or a function: as replies write it
  std::string_view program;    ///< of an operator or a function: as the evaluator knows it
  std::size_t arguments = 0;   ///< of a function
};

/// Cuts a condition's text into tokens. Any bytes will do; the text outlives the tokens.
class ConditionScanner {
 public:
  explicit ConditionScanner(std::string_view text) noexcept : text_{text} {}

  /// The next token; End again and again behind the last.
  [[nodiscard]] ConditionToken next() noexcept;

 private:
  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] std::string_view number() const noexcept;
  [[nodiscard]] std::string_view character() const noexcept;
  void skip_space() noexcept;
  [[nodiscard]] bool exponent_sign_at(std::size_t at) const noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace subd::engine
