#include <memory>

#include "probe/resume_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/report_flags.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  probe::ResumePlan plan;
  ReportFlags report;
};

cli::ExitCode prove(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  auto report = probe::run_resume(loop, target.endpoint(), target.tokens(), flags.plan);
  if (!report) throw failure_of(report.error());
  return flags.report.print(*report);
}

}  // namespace

void add_resume(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("resume", "Prove that tabs which are cut off come back and miss nothing");
  flags->target.add_to(*verb);
  auto& plan = flags->plan;
  verb->add_option("--users", plan.users, "Users")->check(CLI::Range(1, 1000))->capture_default_str();
  verb->add_option("--tabs", plan.tabs, "Tabs of each user that are cut; one more watches")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  verb->add_option("--cuts", plan.cuts, "Cuts, all tabs together")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_duration(*verb, "--absence", plan.longest_absence,
               "Longest time that a tab stays away, within the server's window");
  verb->add_option("--symbols", plan.symbols, "Symbols that every tab watches")->delimiter(',')->capture_default_str();
  verb->add_option("--timeframe", plan.timeframe, "Timeframe of the bars")->capture_default_str();
  verb->add_option("--seed", plan.seed, "The same seed, the same choice of tabs and absences")->capture_default_str();
  flags->report.add_to(*verb);
  verb->callback([&invocation, flags] { invocation.action = [flags] { return prove(*flags); }; });
}

}  // namespace subd::wsprobe
