#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/message.hpp"

/// How the fields of a message are read. Internal to the module.
namespace subd::ssi {

/// The member of that name, whatever the case of its letters; null for none.
[[nodiscard]] const nlohmann::json* find_member(const nlohmann::json& object, std::string_view name);

/// A value in a message for people: its JSON text, short whatever it is.
[[nodiscard]] std::string shown(const nlohmann::json& value);

/// Reads one object. The first thing that is wrong stays; what is read afterwards has no meaning.
///
/// Names are given as the specification spells them, then the others that were seen. Null and the empty string are as
/// good as absent.
class Fields {
 public:
  using Names = std::initializer_list<std::string_view>;

  /// REQUIRES: an object, which outlives this.
  explicit Fields(const nlohmann::json& object) noexcept : object_{object} {}

  /// A number of any sign; unknown when absent.
  [[nodiscard]] double signed_number(Names names);
  /// A number from 0; unknown when absent.
  [[nodiscard]] double count(Names names);
  /// A number from 0, of which 0 is unknown.
  [[nodiscard]] double price(Names names);
  /// The same, of a field that has to be there.
  [[nodiscard]] double required_price(Names names);
  /// A name of 1 to 64 printable ASCII characters without spaces, quotes, commas and backslashes.
  [[nodiscard]] std::string required_symbol(Names names);
  /// Text of up to 64 characters; empty when absent.
  [[nodiscard]] std::string text(Names names);
  /// `TradingDate` as dd/mm/yyyy, `Time` as hh:mm:ss.
  [[nodiscard]] Moment moment();

  [[nodiscard]] const std::optional<std::string>& problem() const noexcept { return problem_; }

 private:
  [[nodiscard]] const nlohmann::json* find(Names names) const;
  [[nodiscard]] double number(Names names, double least);
  void refuse(std::string_view name, std::string_view allowed, const nlohmann::json* value);

  const nlohmann::json& object_;
  std::optional<std::string> problem_;
};

}  // namespace subd::ssi
