#include <memory>

#include "probe/load_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/progress_line.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  probe::LoadPlan plan;
  std::chrono::milliseconds max_p99{};
  std::string format = "text";
  bool quiet = false;
};

cli::ExitCode load(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  probe::LoadPlan plan = flags.plan;
  plan.server_pid = target.pid();
  if (flags.max_p99.count() > 0) plan.max_p99 = flags.max_p99;
  ProgressLine line{flags.quiet};
  auto report = probe::run_load(loop, target.endpoint(), target.tokens(), plan, line.listener());
  line.erase();
  if (!report) throw failure_of(report.error());
  print(probe::render(*report, *probe::parse_report_format(flags.format)));
  return report->passed() ? cli::ExitCode::Ok : cli::ExitCode::No;
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
  add_duration(*verb, "--max-p99", flags->max_p99, "Fail when the 99th percentile of delivery latency is above this");
  verb->add_option("--format", flags->format, "Report format")
      ->check(CLI::IsMember({"text", "json", "junit", "tap"}))
      ->capture_default_str();
  verb->add_flag("--quiet", flags->quiet, "No progress on standard error");
  verb->callback([&invocation, flags] { invocation.action = [flags] { return load(*flags); }; });
}

}  // namespace subd::wsprobe
