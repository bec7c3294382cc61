#include "probe/load_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "base/number_text.hpp"
#include "metrics/histogram.hpp"
#include "probe/heartbeat_meter.hpp"
#include "probe/load_report.hpp"
#include "probe/oracle.hpp"
#include "probe/process.hpp"
#include "probe/tab_set.hpp"

namespace subd::probe {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kHandshakeLimit{30'000};
constexpr milliseconds kSettlePeriod{500};
constexpr milliseconds kProgressPeriod{1000};
constexpr milliseconds kHeartbeatLook{2};
constexpr milliseconds kDrainLimit{5000};

struct View {
  std::string symbol;
  std::string timeframe;
  std::vector<std::string> indicators;
};

/// The streams of one tab: distinct, each with its own choice of indicators.
std::vector<View> draw_views(const LoadPlan& plan, std::mt19937_64& chance) {
  std::vector<View> all;
  for (const auto& symbol : plan.symbols) {
    for (const auto& timeframe : plan.timeframes) all.push_back({symbol, timeframe, {}});
  }
  std::shuffle(all.begin(), all.end(), chance);
  all.resize(std::min(all.size(), plan.streams_per_tab));
  for (auto& view : all) {
    view.indicators = plan.indicators;
    std::shuffle(view.indicators.begin(), view.indicators.end(), chance);
    const std::size_t most = std::min(plan.indicators_per_stream, plan.indicators.size());
    view.indicators.resize(most == 0 ? 0 : 1 + chance() % most);
  }
  return all;
}

class LoadRun {
 public:
  LoadRun(Loop& loop, const Endpoint& endpoint, TokenSource& tokens, const LoadPlan& plan,
          const ProgressListener& progress)
      : loop_{loop},
        endpoint_{endpoint},
        tokens_{tokens},
        plan_{plan},
        progress_{progress},
        oracle_{options()},
        tabs_{loop, endpoint, oracle_} {}

  base::Result<Report, RunProblem> run() {
    const auto begin = loop_.now();
    const auto settling = loop_.every(kSettlePeriod, [this] { oracle_.settle(loop_.now()); });
    const auto telling = loop_.every(kProgressPeriod, [this] { tell(); });
    tabs_.listen([this](TabId tab, std::string_view, const ServerMessage* message, base::MonoTime received) {
      if (message != nullptr) heard(tab, *message, received);
    });
    if (auto problem = ramp()) return *problem;
    measure();
    drain();
    return report(std::chrono::duration_cast<milliseconds>(loop_.now() - begin));
  }

 private:
  static OracleOptions options() {
    OracleOptions options;
    // A loaded machine may be late; what is lost stays lost.
    options.settle = seconds{3};
    options.reply_limit = seconds{10};
    options.silence_limit = seconds{10};
    return options;
  }

  std::optional<RunProblem> ramp() {
    if (!allow_open_files(plan_.tabs)) {
      return RunProblem{RunProblem::Kind::Unavailable,
                        fmt::format("{} tabs need more open files than this system allows (ulimit -n)", plan_.tabs)};
    }
    std::mt19937_64 chance{plan_.seed};
    const auto user_tokens = load_tokens(tokens_, std::clamp<std::size_t>(plan_.users, 1, plan_.tabs));
    if (!user_tokens) return RunProblem{RunProblem::Kind::Unavailable, user_tokens.error().text};
    std::size_t subscribed = 0;  // tabs before this one have sent their requests, or are gone
    for (TabId tab = 0; tab < plan_.tabs && !loop_.interrupted(); ++tab) {
      views_.push_back(draw_views(plan_, chance));
      tabs_.open(fmt::format("tab{}", tab + 1), (*user_tokens)[tab % user_tokens->size()]);
      loop_.run_until([&] { return tabs_.size() - advance(subscribed) < plan_.connecting; }, kHandshakeLimit);
      if (tab == 0 && !await_first()) return nobody_there();
    }
    loop_.run_until([&] { return advance(subscribed) == tabs_.size(); }, kHandshakeLimit);
    loop_.run_until([&] { return tabs_.all_answered(); }, kHandshakeLimit);
    for (TabId tab = 0; tab < tabs_.size(); ++tab) connected_ += oracle_.is_connected(tab) ? 1 : 0;
    if (loop_.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted while connecting"};
    return std::nullopt;
  }

  bool await_first() {
    loop_.run_until([&] { return tabs_.is_settled(0); }, kHandshakeLimit);
    return oracle_.is_connected(0);
  }

  RunProblem nobody_there() const {
    const auto& end = tabs_.end(0);
    return {end ? RunProblem::Kind::Unavailable : RunProblem::Kind::Timeout,
            endpoint_.url() + ": " + (end ? end->describe() : "no answer within 30 s")};
  }

  /// Lets tabs subscribe in the order in which they were opened; answers how many have.
  std::size_t advance(std::size_t& subscribed) {
    for (; subscribed < tabs_.size() && tabs_.is_settled(subscribed); ++subscribed) {
      for (const auto& view : views_[subscribed]) {
        tabs_.subscribe(subscribed, view.symbol, view.timeframe, view.indicators);
      }
    }
    return subscribed;
  }

  void measure() {
    phase_ = LoadProgress::Phase::Measuring;
    measuring_since_ = loop_.now();
    before_ = oracle_.totals();
    if (plan_.server_pid) cpu_before_ = cpu_time(*plan_.server_pid);
    std::shared_ptr<void> beating;
    if (plan_.heartbeats_per_second > 0) {
      const auto period = std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / plan_.heartbeats_per_second)};
      meter_.emplace(loop_.now(), std::max(period, std::chrono::nanoseconds{1000}));
      beating = loop_.every(kHeartbeatLook, [this] { beat(); });
    }
    loop_.run_for(plan_.duration);
    beating.reset();
    after_ = oracle_.totals();
    measured_ = std::chrono::duration_cast<milliseconds>(loop_.now() - *measuring_since_);
    if (plan_.server_pid) cpu_after_ = cpu_time(*plan_.server_pid);
    measuring_since_.reset();
    phase_ = LoadProgress::Phase::Settling;
  }

  void beat() {
    for (const auto was_due : meter_->due(loop_.now())) {
      for (std::size_t tried = 0; tried < tabs_.size(); ++tried) {
        const TabId tab = next_beat_++ % tabs_.size();
        if (tabs_.state(tab) != TabState::Open) continue;
        meter_->sent(tab, tabs_.heartbeat(tab), was_due);
        break;
      }
    }
  }

  void heard(TabId tab, const ServerMessage& message, base::MonoTime received) {
    if (message.type == MessageType::HeartbeatAck && meter_) {
      if (const auto id = base::parse_integer(message.id)) {
        meter_->answered(tab, static_cast<std::uint64_t>(*id), received);
      }
    } else if (message.type == MessageType::MarketUpdate && measuring_since_ && message.timestamp) {
      const auto late = loop_.clock().utc_now() - *message.timestamp;
      delivery_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(late.count(), 0)));
    }
  }

  void drain() {
    loop_.run_until([&] { return tabs_.all_answered(); }, kDrainLimit);
    loop_.run_for(options().settle + kSettlePeriod);
    if (meter_) meter_->finish(loop_.now());
    oracle_.finish(loop_.now());
    // The verdict stands before the tabs go: their closing is no event that others watch.
    verdict_ = oracle_.findings();
    tabs_.listen({});
    for (TabId tab = 0; tab < tabs_.size(); ++tab) {
      if (tabs_.state(tab) == TabState::Open) tabs_.close(tab);
    }
    loop_.run_until(
        [&] {
          for (TabId tab = 0; tab < tabs_.size(); ++tab) {
            if (!tabs_.end(tab)) return false;
          }
          return true;
        },
        seconds{3});
  }

  void tell() const {
    if (!progress_) return;
    LoadProgress now;
    now.tabs = plan_.tabs;
    for (TabId tab = 0; tab < tabs_.size(); ++tab) now.connected += tabs_.state(tab) == TabState::Open ? 1 : 0;
    now.phase = phase_;
    if (measuring_since_) now.measured = std::chrono::duration_cast<milliseconds>(loop_.now() - *measuring_since_);
    now.messages = oracle_.totals().messages;
    now.violations = oracle_.findings().total();
    progress_(now);
  }

  Report report(milliseconds duration) {
    const Throughput counted{measured_, after_.messages - before_.messages, after_.bytes - before_.bytes,
                             after_.updates - before_.updates};
    Report report;
    report.title = "load";
    report.target = endpoint_.url();
    report.duration = duration;
    report.figures = {{"tabs", std::to_string(connected_)},
                      {"messages", std::to_string(oracle_.totals().messages)},
                      {"updates", std::to_string(oracle_.totals().updates)},
                      {"closed bars", std::to_string(oracle_.totals().closed_bars)}};
    report_throughput(report, counted, "updates");
    report_latency(report, "delivery", delivery_, 1, "updates, resolution 1 ms");
    if (meter_) {
      report_latency(report, "heartbeat", meter_->round_trips(), 1000, "round trips, from the intended send time");
    }
    if (cpu_before_ && cpu_after_) report_server_cpu(report, counted, *cpu_after_ - *cpu_before_);
    Findings& findings = verdict_;
    if (oracle_.totals().updates == 0) findings.violated(rule::kMissing, "", "no update of any stream arrived");
    judge_p99(findings, delivery_, plan_.max_p99);
    report.findings = findings;
    return report;
  }

  Loop& loop_;
  Endpoint endpoint_;
  TokenSource& tokens_;
  LoadPlan plan_;
  const ProgressListener& progress_;
  Oracle oracle_;
  TabSet tabs_;
  std::vector<std::vector<View>> views_;  // by tab
  std::optional<HeartbeatMeter> meter_;
  metrics::Histogram delivery_;  // milliseconds
  Findings verdict_;
  LoadProgress::Phase phase_ = LoadProgress::Phase::Connecting;
  std::optional<base::MonoTime> measuring_since_;
  milliseconds measured_{};
  Oracle::Totals before_;
  Oracle::Totals after_;
  std::optional<std::chrono::microseconds> cpu_before_;
  std::optional<std::chrono::microseconds> cpu_after_;
  std::size_t connected_ = 0;
  std::size_t next_beat_ = 0;
};

}  // namespace

base::Result<Report, RunProblem> run_load(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                          const LoadPlan& plan, const ProgressListener& progress) {
  // The histograms make it too big for a stack.
  const auto run = std::make_unique<LoadRun>(loop, endpoint, tokens, plan, progress);
  return run->run();
}

}  // namespace subd::probe
