#include <memory>

#include "probe/load_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/report_flags.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  probe::LoadPlan plan;
  MeasureFlags measure;
};

cli::ExitCode load(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  probe::LoadPlan plan = flags.plan;
  plan.server_pid = target.pid();
  plan.max_p99 = flags.measure.limit();
  return flags.measure.measure([&](const probe::ProgressListener& progress) {
    return probe::run_load(loop, target.endpoint(), target.tokens(), plan, progress);
  });
}

}  // namespace

void add_load(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("load", "Many tabs at once: throughput, latency, and every message judged");
  flags->target.add_to(*verb);
  auto& plan = flags->plan;
  verb->add_option("--tabs", plan.tabs, "Connections")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  add_duration(*verb, "--duration", plan.duration, "Time to measure after all tabs have subscribed");
  verb->add_option("--streams-per-tab", plan.streams_per_tab, "Streams that each tab draws")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  verb->add_option("--indicators-per-stream", plan.indicators_per_stream, "Most indicators that a tab draws per stream")
      ->check(CLI::Range(0, 32))
      ->capture_default_str();
  verb->add_option("--symbols", plan.symbols, "Symbols to draw from, separated by commas")
      ->delimiter(',')
      ->capture_default_str();
  verb->add_option("--timeframes", plan.timeframes, "Timeframes to draw from, separated by commas")
      ->delimiter(',')
      ->capture_default_str();
  verb->add_option("--indicators", plan.indicators, "Indicators to draw from, separated by commas")
      ->delimiter(',')
      ->capture_default_str();
  verb->add_option("--users", plan.users, "Users that the tabs are spread over")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  verb->add_option("--seed", plan.seed, "Seed of the drawing; the same seed, the same views")->capture_default_str();
  verb->add_option("--rate-heartbeats", plan.heartbeats_per_second, "Heartbeats per second, all tabs together; 0: none")
      ->check(CLI::Range(0.0, 100'000.0))
      ->capture_default_str();
  flags->measure.add_to(*verb);
  verb->callback([&invocation, flags] { invocation.action = [flags] { return load(*flags); }; });
}

}  // namespace subd::wsprobe
