#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "base/random_id.hpp"
#include "probe/scenario_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/report_flags.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  std::vector<std::string> files;
  std::vector<std::string> variables;
  ReportFlags report;
  bool check = false;
};

probe::Variables variables_of(const std::vector<std::string>& settings) {
  // A name that no other run has: for users, sessions and signals that the server remembers.
  probe::Variables variables{{"RUN", base::random_hex(8)}};
  for (const auto& setting : settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Failure{cli::ExitCode::Usage, "--set " + setting + ": it looks like NAME=VALUE"};
    }
    variables.insert_or_assign(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return variables;
}

probe::Scenario read(const std::string& file, const probe::Variables& variables) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw Failure{cli::ExitCode::BadData, file + ": " + std::generic_category().message(errno)};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  auto scenario = probe::parse_scenario(text, file, variables);
  if (!scenario) throw Failure{cli::ExitCode::BadData, scenario.error().text};
  return std::move(*scenario);
}

cli::ExitCode run(const Flags& flags) {
  // All files are read before the first one is played: a typing error in the last shows at once.
  const auto variables = variables_of(flags.variables);
  std::vector<probe::Scenario> scenarios;
  for (const auto& file : flags.files) scenarios.push_back(read(file, variables));
  if (flags.check) return cli::ExitCode::Ok;
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  std::vector<probe::Report> reports;
  for (const auto& scenario : scenarios) {
    auto report = probe::run_scenario(loop, target.endpoint(), target.tokens(), target.control(), scenario);
    if (!report) throw failure_of(report.error());
    reports.push_back(std::move(*report));
  }
  return flags.report.print(reports);
}

}  // namespace

void add_run(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("run", "Play scenario files");
  flags->target.add_to(*verb);
  verb->add_option("FILE", flags->files, "Scenario files; wsprobe(1) describes them")->required()->type_name("FILE");
  verb->add_option("--set", flags->variables, "What ${NAME} stands for in the files; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  verb->add_flag("--check", flags->check, "Only read the files");
  flags->report.add_to(*verb);
  verb->callback([&invocation, flags] { invocation.action = [flags] { return run(*flags); }; });
}

}  // namespace subd::wsprobe
