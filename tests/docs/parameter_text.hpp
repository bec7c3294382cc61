#pragma once

#include <string>
#include <string_view>

#include "base/number_text.hpp"
#include "indicator/definition.hpp"

namespace subd::docs {

/// `2 to 5000`, or the choices.
inline std::string range(const indicator::Parameter& parameter) {
  if (parameter.kind == indicator::ParameterKind::Choice) {
    std::string out;
    for (const std::string_view choice : parameter.choices) out += (out.empty() ? "" : " ") + std::string{choice};
    return out;
  }
  return base::number_text(parameter.minimum) + " to " + base::number_text(parameter.maximum);
}

inline std::string default_text(const indicator::Parameter& parameter) {
  if (parameter.kind == indicator::ParameterKind::Choice) {
    return std::string{parameter.choices[indicator::bar_count(parameter.default_value)]};
  }
  return base::number_text(parameter.default_value);
}

}  // namespace subd::docs
