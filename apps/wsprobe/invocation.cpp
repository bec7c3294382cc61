#include "wsprobe/invocation.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/time_text.hpp"

namespace subd::wsprobe {

Failure failure_of(const probe::RunProblem& problem) {
  switch (problem.kind) {
    case probe::RunProblem::Kind::Timeout:
      return {cli::ExitCode::Timeout, problem.text};
    case probe::RunProblem::Kind::Interrupted:
      return {cli::ExitCode::No, problem.text};
    case probe::RunProblem::Kind::Unavailable:
      break;
  }
  return {cli::ExitCode::Unavailable, problem.text};
}

bool print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& value,
                          const std::string& description) {
  const auto read = [&value, name](const CLI::results_t& words) {
    const auto duration = base::parse_duration(words.front());
    if (!duration) {
      throw CLI::ValidationError(name, "'" + words.front() + "' is not a duration such as 250ms, 20s or 5min");
    }
    value = *duration;
    return true;
  };
  CLI::Option* option = app.add_option(name, read, description);
  option->type_name("DURATION");
  if (value.count() > 0) option->default_str(base::duration_text(value));
  return option;
}

}  // namespace subd::wsprobe
