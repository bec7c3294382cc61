#pragma once

#include <iosfwd>
#include <optional>

#include "config/config.hpp"
#include "config/environment.hpp"
#include "config/load.hpp"

namespace subd {

/// What the command line asks for, with the configuration loaded and checked.
struct Options {
  config::Config config;
  config::Sources sources;  ///< that it came from
};

/// Reads the command line, the environment and the configuration file. nullopt: start. A number: exit now with it;
/// 0 after --help, --version, --check-config (which prints the configuration in force to `out`) or --completion, 64
/// when only flags are wrong, 78 when the file or the environment is. All problems are printed to `err`.
[[nodiscard]] std::optional<int> parse_options(int argc, const char* const* argv,
                                               const config::Environment& environment, std::ostream& out,
                                               std::ostream& err, Options& options);

/// The same with the environment and streams of the process.
[[nodiscard]] std::optional<int> parse_options(int argc, char** argv, Options& options);

}  // namespace subd
