#pragma once

#include <cstdint>
#include <string>

namespace subd::probe {

/// Why a run came to no verdict.
struct RunProblem {
  enum class Kind : std::uint8_t {
    Unavailable,  ///< the server cannot be reached, or nobody has a token
    Timeout,      ///< it was reached and did not come to the point where judging begins
    Interrupted,  ///< by a signal
  };
  Kind kind = Kind::Unavailable;
  std::string text;
};

}  // namespace subd::probe
