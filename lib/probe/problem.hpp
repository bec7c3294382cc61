#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace subd::probe {

/// Why something could not be done, for a person: names the thing, what is wrong with it and what is allowed.
struct Problem {
  Problem() = default;
  /// The parts joined. A list and no single string, so that a Result<std::string, Problem> knows a value from a
  /// problem.
  Problem(std::initializer_list<std::string_view> parts) {
    for (const auto part : parts) text += part;
  }

  std::string text;
};

}  // namespace subd::probe
