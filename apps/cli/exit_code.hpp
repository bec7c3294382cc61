#pragma once

namespace subd::cli {

/// How every program of the project ends, as scripts see it. Numbers from 64 on are those of sysexits.h.
enum class ExitCode : int {
  Ok = 0,
  No = 1,              ///< the answer to the question is no: not found, rejected, a violation was seen
  Usage = 64,          ///< the command line
  BadData = 65,        ///< an input file
  Unavailable = 69,    ///< the daemon or server cannot be reached
  Internal = 70,       ///< our bug
  Timeout = 75,        ///< no answer in time; trying again may help
  NotPermitted = 77,   ///< the socket or file belongs to somebody else
  Configuration = 78,  ///< configuration file, environment or flag values
};

[[nodiscard]] constexpr int to_int(ExitCode code) noexcept {
  return static_cast<int>(code);
}

}  // namespace subd::cli
