#include "probe/signal_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <utility>

#include "base/random_id.hpp"
#include "metrics/histogram.hpp"
#include "probe/load_report.hpp"
#include "probe/process.hpp"
#include "probe/signal_oracle.hpp"
#include "probe/signal_publisher.hpp"
#include "probe/tab.hpp"

namespace subd::probe {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kSignalPath = "/ws/signals";
constexpr milliseconds kHandshakeLimit{30'000};
constexpr milliseconds kProgressPeriod{1000};
constexpr milliseconds kPublishLook{1};
constexpr milliseconds kDrainLimit{10'000};
constexpr std::size_t kSignalsPerPost = 100;
constexpr std::uint64_t kPerMillisecond = 1000;  // the histogram has microseconds

class SignalRun {
 public:
  SignalRun(Loop& loop, const Endpoint& endpoint, const SignalPlan& plan, const ProgressListener& progress)
      : loop_{loop},
        endpoint_{endpoint},
        plan_{plan},
        progress_{progress},
        chance_{plan.seed},
        oracle_{base::random_hex(8)},
        publisher_{loop, endpoint, plan.api_key} {}

  base::Result<Report, RunProblem> run() {
    const auto begin = loop_.now();
    const auto telling = loop_.every(kProgressPeriod, [this] { tell(); });
    if (auto problem = ramp()) return *problem;
    measure();
    drain();
    return report(std::chrono::duration_cast<milliseconds>(loop_.now() - begin));
  }

 private:
  class Watched final : public TabObserver {
   public:
    Watched(SignalRun& run, std::size_t number) : run_{run}, number_{number}, tab_{run.loop_, *this} {}
    void on_message(std::string_view text, base::MonoTime received) override {
      const auto late = run_.oracle_.received(number_, text, received);
      if (late) run_.delivered(*late);
    }
    void on_end(const TabEnd& end) override {
      if (!run_.leaving_) run_.oracle_.ended(number_, end.describe());
      end_ = end;
    }
    [[nodiscard]] Tab& tab() noexcept { return tab_; }
    [[nodiscard]] const std::optional<TabEnd>& end() const noexcept { return end_; }

   private:
    SignalRun& run_;
    std::size_t number_;
    std::optional<TabEnd> end_;
    Tab tab_;
  };

  std::optional<RunProblem> ramp() {
    if (!allow_open_files(plan_.tabs)) {
      return RunProblem{RunProblem::Kind::Unavailable,
                        fmt::format("{} tabs need more open files than this system allows (ulimit -n)", plan_.tabs)};
    }
    std::size_t settled = 0;  // tabs before this one are connected, or gone
    const auto advance = [&] {
      while (settled < tabs_.size() && (oracle_.is_connected(settled) || tabs_[settled]->end())) ++settled;
      return settled;
    };
    for (std::size_t number = 0; number < plan_.tabs && !loop_.interrupted(); ++number) {
      const bool premium = number % 2 == 1;
      const auto& tokens = premium ? plan_.premium_tokens : plan_.open_tokens;
      oracle_.add_tab(fmt::format("tab{}", number + 1), premium);
      tabs_.push_back(std::make_unique<Watched>(*this, number));
      tabs_.back()->tab().connect(endpoint_, kSignalPath, tokens[number / 2 % tokens.size()]);
      loop_.run_until([&] { return tabs_.size() - advance() < plan_.connecting; }, kHandshakeLimit);
      if (number > 0) continue;
      loop_.run_until([&] { return advance() > 0; }, kHandshakeLimit);
      if (!oracle_.is_connected(0) && !loop_.interrupted()) return nobody_there();
    }
    loop_.run_until([&] { return advance() == tabs_.size(); }, kHandshakeLimit);
    connected_ = open_count();
    if (loop_.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted while connecting"};
    return std::nullopt;
  }

  [[nodiscard]] RunProblem nobody_there() const {
    const auto& end = tabs_.front()->end();
    return {end ? RunProblem::Kind::Unavailable : RunProblem::Kind::Timeout,
            endpoint_.url(kSignalPath) + ": " + (end ? end->describe() : "no answer within 30 s")};
  }

  void measure() {
    phase_ = LoadProgress::Phase::Measuring;
    measuring_since_ = due_ = loop_.now();
    const auto cpu_before = server_time();
    auto publishing = loop_.every(kPublishLook, [this] { publish_what_is_due(); });
    loop_.run_for(plan_.duration);
    publishing.reset();
    counted_ = {std::chrono::duration_cast<milliseconds>(loop_.now() - *measuring_since_), oracle_.received_signals(),
                oracle_.bytes(), oracle_.received_signals()};
    if (const auto cpu_after = server_time(); cpu_before && cpu_after) cpu_used_ = *cpu_after - *cpu_before;
    phase_ = LoadProgress::Phase::Settling;
  }

  [[nodiscard]] std::optional<std::chrono::microseconds> server_time() const {
    return plan_.server_pid ? cpu_time(*plan_.server_pid) : std::nullopt;
  }

  void publish_what_is_due() {
    if (posting_ || failed_) return;
    const auto period = std::chrono::duration_cast<base::MonoTime::duration>(
        std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / plan_.rate)});
    std::bernoulli_distribution is_premium{plan_.premium_share};
    std::string body;
    for (std::size_t count = 0; count < kSignalsPerPost && due_ <= loop_.now(); ++count, due_ += period) {
      const bool premium = is_premium(chance_);
      const std::string id = oracle_.publish(premium, due_);
      body += body.empty() ? "[" : ",";
      fmt::format_to(std::back_inserter(body),
                     R"({{"id":"{}","symbol":"NIFTY50","side":"BUY","strength":50,"premium":{}}})", id, premium);
      ++published_;
    }
    if (body.empty()) return;
    posting_ = true;
    publisher_.post(body + "]", [this](int status, const std::string& text) {
      posting_ = false;
      if (status == 200) return;
      failed_ = true;
      publish_problem_ = status == 0 ? text : fmt::format("HTTP {}: {}", status, text);
    });
  }

  void delivered(base::MonoTime::duration late) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(late).count();
    delivery_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
  }

  void drain() {
    loop_.run_until([this] { return !posting_; }, kDrainLimit);
    loop_.run_until(
        [this] {
          // From the one that was late the last time: the others are looked at once.
          while (complete_ < tabs_.size() && oracle_.has_all(complete_)) ++complete_;
          return complete_ == tabs_.size();
        },
        kDrainLimit);
    oracle_.finish();
    verdict_ = oracle_.findings();
    if (failed_) verdict_.violated(rule::kRefused, "", "a signal was refused: " + publish_problem_);
    leaving_ = true;
    for (const auto& tab : tabs_) {
      if (!tab->end()) tab->tab().close();
    }
    loop_.run_until(
        [this] { return std::all_of(tabs_.begin(), tabs_.end(), [](auto& tab) { return tab->end().has_value(); }); },
        seconds{3});
  }

  [[nodiscard]] std::size_t open_count() const {
    return static_cast<std::size_t>(std::count_if(
        tabs_.begin(), tabs_.end(), [](const auto& tab) { return tab->tab().state() == TabState::Open; }));
  }

  void tell() const {
    if (!progress_) return;
    LoadProgress now;
    now.phase = phase_;
    now.tabs = plan_.tabs;
    now.connected = open_count();
    if (measuring_since_) now.measured = std::chrono::duration_cast<milliseconds>(loop_.now() - *measuring_since_);
    now.messages = oracle_.received_signals();
    now.violations = oracle_.findings().total();
    progress_(now);
  }

  Report report(milliseconds duration) {
    Report report;
    report.title = "signals";
    report.target = endpoint_.url(kSignalPath);
    report.duration = duration;
    report.figures = {{"tabs", std::to_string(connected_)},
                      {"signals", std::to_string(published_)},
                      {"deliveries", std::to_string(oracle_.received_signals())}};
    report_throughput(report, counted_, "signals");
    report_latency(report, "delivery", delivery_, kPerMillisecond, "deliveries, from when a signal was due");
    if (cpu_used_) report_server_cpu(report, counted_, *cpu_used_);
    if (published_ == 0 || oracle_.received_signals() == 0) {
      verdict_.violated(rule::kMissing, "", "no signal arrived");
    }
    judge_p99(verdict_, delivery_, plan_.max_p99, kPerMillisecond);
    report.findings = verdict_;
    return report;
  }

  Loop& loop_;
  Endpoint endpoint_;
  SignalPlan plan_;
  const ProgressListener& progress_;
  std::mt19937_64 chance_;
  SignalOracle oracle_;
  SignalPublisher publisher_;
  std::deque<std::unique_ptr<Watched>> tabs_;
  metrics::Histogram delivery_;  // microseconds
  Findings verdict_;
  LoadProgress::Phase phase_ = LoadProgress::Phase::Connecting;
  std::optional<base::MonoTime> measuring_since_;
  base::MonoTime due_{};  // of the next signal
  Throughput counted_;
  std::optional<std::chrono::microseconds> cpu_used_;
  std::size_t connected_ = 0;
  std::size_t complete_ = 0;
  std::uint64_t published_ = 0;
  bool posting_ = false;
  bool failed_ = false;
  bool leaving_ = false;
  std::string publish_problem_;
};

}  // namespace

base::Result<Report, RunProblem> run_signals(Loop& loop, const Endpoint& endpoint, const SignalPlan& plan,
                                             const ProgressListener& progress) {
  // The histogram makes it too big for a stack.
  const auto run = std::make_unique<SignalRun>(loop, endpoint, plan, progress);
  return run->run();
}

}  // namespace subd::probe
