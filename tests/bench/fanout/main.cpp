// One workload of the bench: thousands of tabs and a publisher against a running server, or the floor to compare with.
// scripts/bench runs it; see docs/performance.md.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "fanout/abuse.hpp"
#include "fanout/floor.hpp"
#include "fanout/hold.hpp"
#include "fanout/run.hpp"

namespace {

using namespace subd::bench;

/// Secrets come in the environment, where `ps` does not show them.
std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void add_server(CLI::App& command, Ports& ports, std::vector<int>& pids) {
  command.add_option("--port", ports.plain, "where the server listens on 127.0.0.1")->required();
  command.add_option("--tls-port", ports.tls, "where it listens for TLS: tabs come there");
  command.add_option("--pids", pids, "its processes")->delimiter(',')->required();
}

void add_run(CLI::App& command, RunOptions& options) {
  PlanOptions& plan = options.plan;
  add_server(command, options.ports, options.pids);
  command.add_option("--dialect", options.dialect.name, "subd floor relay nats mqtt")->required();
  command.add_option("--tabs", plan.tabs, "clients")->capture_default_str();
  command.add_option("--streams", plan.streams, "streams in all")->capture_default_str();
  command.add_option("--streams-per-tab", plan.streams_per_tab, "that each tab takes")->capture_default_str();
  command.add_option("--least-indicators", plan.least_indicators, "of a view")->capture_default_str();
  command.add_option("--most-indicators", plan.most_indicators, "of a view")->capture_default_str();
  command.add_option("--of-indicators", plan.of_indicators, "that views are drawn from")->capture_default_str();
  command.add_flag("--same-view", plan.same_view, "all tabs take the same indicators");
  command.add_flag("--together", plan.together, "all streams tick at once");
  command.add_option("--seed", plan.seed, "of the views")->capture_default_str();
  command.add_flag("--closed-bars", options.dialect.closed_bars, "publish closed bars, which are never conflated");
  command.add_option("--seconds", options.seconds, "of measuring")->capture_default_str();
  command.add_option("--warm-up", options.warm_up_seconds, "seconds before")->capture_default_str();
  command.add_option("--settle", options.settle_seconds, "seconds between history and ticks")->capture_default_str();
  command.add_option("--window", options.window, "publications under way")->capture_default_str();
  command.add_option("--rate", options.rate, "messages per second; 0: as fast as it goes")->capture_default_str();
  command.add_option("--churn", options.churn, "changes of subscription a second of each tab")->capture_default_str();
  command.add_option("--connecting", options.connecting, "handshakes at a time")->capture_default_str();
  command.add_option("--lengths", options.lengths_file, "file of message lengths: subd writes, others read");
  command.add_flag("--metrics", options.metrics, "add what the counters of /metrics grew by");
}

void add_hold(CLI::App& command, HoldOptions& options) {
  add_server(command, options.ports, options.pids);
  command.add_option("--connections", options.connections, "idle ones")->capture_default_str();
  command.add_option("--streams-per-tab", options.streams_per_tab, "of the second phase")->capture_default_str();
  command.add_option("--streams", options.streams, "in all")->capture_default_str();
  command.add_option("--connecting", options.connecting, "handshakes at a time")->capture_default_str();
  command.add_option("--settle", options.settle_seconds, "seconds before each measurement")->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Thousands of WebSocket clients on one thread, and a server that only sends. JSON on standard output."};
  app.require_subcommand(1);
  RunOptions run;
  CLI::App& run_command = *app.add_subcommand("run", "one workload against a running server");
  add_run(run_command, run);
  HoldOptions hold;
  CLI::App& hold_command = *app.add_subcommand("hold", "connections of a running subd that do nothing: their memory");
  add_hold(hold_command, hold);
  CLI::App& steps_command =
      *app.add_subcommand("steps", "a workload that is measured whenever a line of standard input says so");
  add_run(steps_command, run);
  AbuseOptions abuse;
  CLI::App& abuse_command = *app.add_subcommand("abuse", "clients that mean harm, until standard input ends");
  abuse_command.add_option("--port", abuse.port, "where the server listens on 127.0.0.1")->required();
  abuse_command
      .add_option("--kind", abuse.kind,
                  "slow-readers stalled pingers big-frames subscribers half-open "
                  "slow-handshakes vanished")
      ->required();
  abuse_command.add_option("--count", abuse.count, "of them")->capture_default_str();
  abuse_command.add_option("--streams", abuse.streams, "that each takes who takes any")->capture_default_str();
  std::uint16_t floor_port = 0;
  CLI::App& floor_command = *app.add_subcommand("floor", "the bare send() loop; prints its port");
  floor_command.add_option("--port", floor_port, "0: any")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);  // a server that goes away is an error of the write
  try {
    run.dialect.token = hold.token = abuse.token = from_environment("BENCH_TOKEN");
    run.dialect.key = from_environment("BENCH_KEY");
    if (run_command) std::fputs(run_fanout(run).c_str(), stdout);
    if (steps_command) run_steps(run);
    if (abuse_command) run_abuse(abuse);
    if (hold_command) std::fputs(run_hold(hold).c_str(), stdout);
    if (floor_command) run_floor(floor_port);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fanout: %s\n", error.what());
    return 1;
  }
  return 0;
}
