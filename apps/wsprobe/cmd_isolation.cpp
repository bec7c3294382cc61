#include <memory>

#include "probe/isolation_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/report_flags.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  probe::IsolationPlan plan;
  ReportFlags report;
};

cli::ExitCode prove(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  auto report = probe::run_isolation(loop, target.endpoint(), target.tokens(), flags.plan, target.computations());
  if (!report) throw failure_of(report.error());
  return flags.report.print(*report);
}

}  // namespace

void add_isolation(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("isolation", "Prove that every tab gets what it asked for and nothing else");
  flags->target.add_to(*verb);
  auto& plan = flags->plan;
  verb->add_option("--users", plan.users, "Users")->check(CLI::Range(1, 1000))->capture_default_str();
  verb->add_option("--tabs", plan.tabs, "Tabs of each user that watch to the end")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  verb->add_option("--symbol", plan.symbol, "Symbol that every tab watches")->capture_default_str();
  verb->add_option("--second-symbol", plan.second_symbol, "Symbol that some tabs watch besides; empty: none")
      ->capture_default_str();
  verb->add_option("--timeframe", plan.timeframe, "Timeframe of the bars")->capture_default_str();
  verb->add_option("--history", plan.history, "Closed bars to ask for in snapshots")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  add_duration(*verb, "--duration", plan.duration, "Time to watch, all phases together");
  verb->add_flag("--continuous", plan.continuous, "The symbols trade without a pause: closed bars must touch");
  flags->report.add_to(*verb);
  verb->callback([&invocation, flags] { invocation.action = [flags] { return prove(*flags); }; });
}

}  // namespace subd::wsprobe
