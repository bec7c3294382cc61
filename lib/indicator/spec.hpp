#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "indicator/definition.hpp"

namespace subd::indicator {

/// One indicator with all its parameters chosen, checked and in canonical form.
///
/// Invariants: `values` fits definition->parameters; parse_id(id) gives this Spec again; equal computations have equal
/// ids, whatever spelling asked for them.
struct Spec {
  const Definition* definition = nullptr;
  std::vector<double> values;
  /// The name, then every parameter in catalogue order: `RSI_14_100`, `BBANDS_20_2`, `VWAP_D`. Conventions at their
  /// defaults are left out at the end: `STDEV_30`, but `STDEV_30_1`.
  std::string id;
};

/// Why a request names no indicator; every text is fit to be shown to whoever asked.
struct SpecError {
  enum class Code : std::uint8_t { UnknownIndicator, BadParameter };

  Code code = Code::UnknownIndicator;
  /// `RSI: length must be an integer from 2 to 5000, got 0`
  std::string message;
  /// The parameter at fault as the request or the catalogue spells it; empty when it is none in particular.
  std::string parameter;
  /// What would have been accepted: names, choices or one range.
  std::vector<std::string> allowed;
};

/// A parameter as a request gives it: numbers as double, choices as text.
struct NamedParameter {
  std::string name;
  std::variant<double, std::string> value;
};

/// An id, or the name with only the first parameters, which the defaults then complete: `RSI`, `rsi_14`, `RSI_14_100`.
[[nodiscard]] base::Result<Spec, SpecError> parse_id(std::string_view id);

/// A name and some of its parameters in any order; the others take their defaults. Without parameters `name` may be an
/// id as in parse_id. A parameter given twice, also under an alias, is an error.
[[nodiscard]] base::Result<Spec, SpecError> make_spec(std::string_view name, std::span<const NamedParameter> params);

/// With every parameter at its default.
[[nodiscard]] Spec default_spec(const Definition& definition);

}  // namespace subd::indicator
