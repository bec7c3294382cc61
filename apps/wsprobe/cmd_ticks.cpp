#include <memory>

#include "probe/tick_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/report_flags.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  probe::TickPlan plan;
  std::string mode = "mixed";
  MeasureFlags measure;
};

cli::ExitCode ticks(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  probe::TickPlan plan = flags.plan;
  plan.server_pid = target.pid();
  plan.mode = probe::parse_tick_mode(flags.mode);
  if (plan.symbols.empty()) plan.symbols = target.served_symbols();
  plan.max_p99 = flags.measure.limit();
  return flags.measure.measure([&](const probe::ProgressListener& progress) {
    return probe::run_ticks(loop, target.endpoint(), target.tokens(), plan, progress);
  });
}

}  // namespace

void add_ticks(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("ticks", "Many tabs of raw ticks: isolation, throughput and latency");
  flags->target.add_to(*verb);
  auto& plan = flags->plan;
  verb->add_option("--tabs", plan.tabs, "Connections")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  add_duration(*verb, "--duration", plan.duration, "Time to measure after all tabs have subscribed");
  verb->add_option("--symbols", plan.symbols,
                   "Symbols to draw from, separated by commas; default: those that the control socket says are served")
      ->delimiter(',');
  verb->add_option("--symbols-per-tab", plan.symbols_per_tab, "Most symbols that a tab draws")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  verb->add_option("--mode", flags->mode, "Mode of the ticks; mixed: each tab draws one")
      ->check(CLI::IsMember({"ltp", "quote", "full", "mixed"}))
      ->capture_default_str();
  verb->add_option("--users", plan.users, "Users that the tabs are spread over")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  verb->add_option("--seed", plan.seed, "Seed of the drawing; the same seed, the same sets")->capture_default_str();
  verb->add_option("--rate-changes", plan.changes_per_second,
                   "Changes per second of what a tenth of the tabs take, all together; 0: none")
      ->check(CLI::Range(0.0, 10'000.0))
      ->capture_default_str();
  flags->measure.add_to(*verb);
  verb->callback([&invocation, flags] { invocation.action = [flags] { return ticks(*flags); }; });
}

}  // namespace subd::wsprobe
