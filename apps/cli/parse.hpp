#pragma once

#include <iosfwd>
#include <optional>

namespace CLI {
class App;
}

namespace subd::cli {

/// Runs `app` over the command line. nullopt: go on. A number: the process ends now with it.
///
/// --help and --version go to `out` and end with 0. Anything wrong goes to `err` as
/// `subctl: unknown verb 'statsu'; did you mean status?` with the verbs or flags that the place knows, and ends with
/// ExitCode::Usage. A callback that throws CLI::RuntimeError chooses its own exit code and prints for itself.
[[nodiscard]] std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, std::ostream& out,
                                       std::ostream& err);

/// The same on standard output and standard error.
[[nodiscard]] std::optional<int> parse(CLI::App& app, int argc, const char* const* argv);

}  // namespace subd::cli
