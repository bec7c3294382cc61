#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "probe/scenario_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  std::vector<std::string> files;
  std::string format = "text";
  bool check = false;
};

probe::Scenario read(const std::string& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw Failure{cli::ExitCode::BadData, file + ": " + std::generic_category().message(errno)};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  auto scenario = probe::parse_scenario(text, file);
  if (!scenario) throw Failure{cli::ExitCode::BadData, scenario.error().text};
  return std::move(*scenario);
}

cli::ExitCode run(const Flags& flags) {
  // All files are read before the first one is played: a typing error in the last shows at once.
  std::vector<probe::Scenario> scenarios;
  for (const auto& file : flags.files) scenarios.push_back(read(file));
  if (flags.check) return cli::ExitCode::Ok;
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  std::vector<probe::Report> reports;
  bool passed = true;
  for (const auto& scenario : scenarios) {
    auto report = probe::run_scenario(loop, target.endpoint(), target.tokens(), scenario);
    if (!report) throw failure_of(report.error());
    passed = passed && report->passed();
    reports.push_back(std::move(*report));
  }
  print(probe::render(reports, *probe::parse_report_format(flags.format)));
  return passed ? cli::ExitCode::Ok : cli::ExitCode::No;
}

}  // namespace

void add_run(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("run", "Play scenario files");
  flags->target.add_to(*verb);
  verb->add_option("FILE", flags->files, "Scenario files; wsprobe(1) describes them")->required()->type_name("FILE");
  verb->add_flag("--check", flags->check, "Only read the files");
  verb->add_option("--format", flags->format, "Report format")
      ->check(CLI::IsMember({"text", "json", "junit", "tap"}))
      ->capture_default_str();
  verb->callback([&invocation, flags] { invocation.action = [flags] { return run(*flags); }; });
}

}  // namespace subd::wsprobe
