#include <memory>
#include <nlohmann/json.hpp>

#include "base/random_id.hpp"
#include "probe/signal_run.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/report_flags.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

using Json = nlohmann::json;

struct Flags {
  TargetFlags target;
  probe::SignalPlan plan;
  std::size_t users = 100;
  MeasureFlags measure;
};

std::string member(const std::string& text, const char* name) {
  const Json answer = Json::parse(text, nullptr, false);
  if (!answer.is_object() || !answer.contains(name) || !answer[name].is_string()) {
    throw Failure{cli::ExitCode::Unavailable, "the control socket gave an answer without " + std::string{name}};
  }
  return answer[name].get<std::string>();
}

/// A key of role signals that exists as long as this object.
class BorrowedKey {
 public:
  explicit BorrowedKey(Target& target) : target_{target} {
    const std::string answer = target.ask_control(
        "POST", "/v1/apikeys", R"({"user":"wsprobe@example.com","role":"signals","name":"wsprobe signals"})");
    key_ = member(answer, "key");
    id_ = member(answer, "id");
  }
  ~BorrowedKey() {
    try {
      static_cast<void>(target_.ask_control("DELETE", "/v1/apikeys/" + id_, {}));
    } catch (const Failure&) {
      // The server went away, and the run has said so.
    }
  }
  BorrowedKey(const BorrowedKey&) = delete;
  BorrowedKey& operator=(const BorrowedKey&) = delete;

  [[nodiscard]] const std::string& text() const noexcept { return key_; }

 private:
  Target& target_;
  std::string key_;
  std::string id_;
};

/// Tokens of users that nobody has set a tier of: the claim is in force.
std::vector<std::string> tokens_of(Target& target, const std::string& run, const char* tier, std::size_t users) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < users; ++i) {
    const Json wish{{"user", "wsprobe-" + run + "-" + tier + std::to_string(i)}, {"tier", tier}};
    out.push_back(member(target.ask_control("POST", "/v1/tokens", wish.dump()), "token"));
  }
  return out;
}

cli::ExitCode signals(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  const BorrowedKey key{target};
  const std::string run = base::random_hex(8);
  probe::SignalPlan plan = flags.plan;
  plan.server_pid = target.pid();
  plan.api_key = key.text();
  plan.open_tokens = tokens_of(target, run, "STARTER", (flags.users + 1) / 2);
  plan.premium_tokens = tokens_of(target, run, "PROFESSIONAL", (flags.users + 1) / 2);
  plan.max_p99 = flags.measure.limit();
  return flags.measure.measure([&](const probe::ProgressListener& progress) {
    return probe::run_signals(loop, target.endpoint(), plan, progress);
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
