#include <memory>
#include <utility>

#include "base/number_text.hpp"
#include "base/random_id.hpp"
#include "probe/metrics_text.hpp"
#include "probe/signal_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/report_flags.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  probe::SignalPlan plan;
  std::size_t users = 100;
  MeasureFlags measure;
};

template <class T>
T value_of(base::Result<T, probe::Problem> result) {
  if (!result) throw Failure{cli::ExitCode::Unavailable, result.error().text};
  return std::move(*result);
}

/// Tokens of users that nobody has set a tier of: the claim is in force.
std::vector<std::string> tokens_of(Target& target, const std::string& run, const std::string& tier, std::size_t users) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < users; ++i) {
    out.push_back(value_of(target.tokens().token("wsprobe-" + run + "-" + tier + std::to_string(i), {}, tier)).token);
  }
  return out;
}

/// What the server asked its database for tiers so far.
double tier_queries(Target& target) {
  const auto metrics = value_of(target.control()({.target = "/v1/metrics"}));
  return probe::sample_value(metrics.body, "subd_tier_queries_total").value_or(0);
}

cli::ExitCode signals(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  const auto key = value_of(probe::BorrowedKey::borrow(target.control(), "signals"));
  const std::string run = base::random_hex(8);
  probe::SignalPlan plan = flags.plan;
  plan.server_pid = target.pid();
  plan.api_key = key.text();
  plan.open_tokens = tokens_of(target, run, "STARTER", (flags.users + 1) / 2);
  plan.premium_tokens = tokens_of(target, run, "PROFESSIONAL", (flags.users + 1) / 2);
  plan.max_p99 = flags.measure.limit();
  return flags.measure.measure([&](const probe::ProgressListener& progress) {
    const double before = tier_queries(target);
    auto report = probe::run_signals(loop, target.endpoint(), plan, progress);
    if (report) {
      std::string queries;
      base::append_number(queries, tier_queries(target) - before);
      report->figures.emplace_back("tier queries", queries + " for " + std::to_string(flags.users) + " users");
    }
    return report;
  });
}

}  // namespace

void add_signals(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("signals", "Many tabs of signals: tiers, completeness and latency");
  flags->target.add_to(*verb);
  auto& plan = flags->plan;
  verb->add_option("--tabs", plan.tabs, "Connections")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  add_duration(*verb, "--duration", plan.duration, "Time to publish after all tabs have connected");
  verb->add_option("--rate", plan.rate, "Signals per second")->check(CLI::Range(0.1, 10'000.0))->capture_default_str();
  verb->add_option("--premium", plan.premium_share, "Share of the signals that are premium")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  verb->add_option("--users", flags->users, "Users that the tabs are spread over, half of each tier")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  verb->add_option("--seed", plan.seed, "Seed of the drawing; the same seed, the same signals premium")
      ->capture_default_str();
  flags->measure.add_to(*verb);
  verb->callback([&invocation, flags] { invocation.action = [flags] { return signals(*flags); }; });
}

}  // namespace subd::wsprobe
