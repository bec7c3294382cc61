#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "cli/exit_code.hpp"
#include "probe/run_problem.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace subd::wsprobe {

/// Ends a command: the message goes to standard error, the code to the caller of wsprobe. Thrown by commands, caught
/// once, in main.
class Failure : public std::runtime_error {
 public:
  Failure(cli::ExitCode code, const std::string& message) : std::runtime_error{message}, code_{code} {}
  [[nodiscard]] cli::ExitCode code() const noexcept { return code_; }

 private:
  cli::ExitCode code_;
};

/// A run that came to no verdict, as a Failure with the exit code that fits.
[[nodiscard]] Failure failure_of(const probe::RunProblem& problem);

/// Set by the verb on the command line; main runs it once all flags are known.
struct Invocation {
  std::function<cli::ExitCode()> action;
};

/// Standard output; a reader that went away (`wsprobe tail ... | head`) is no error, but print() answers false then.
bool print(std::string_view text);

/// Adds an option that takes `250ms`, `20s`, `5min`, `1h`.
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& value,
                          const std::string& description);

}  // namespace subd::wsprobe
