#include "probe/tick_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "metrics/histogram.hpp"
#include "probe/load_report.hpp"
#include "probe/process.hpp"
#include "probe/tick_oracle.hpp"
#include "probe/tick_tabs.hpp"
#include "probe/tick_universe.hpp"

namespace subd::probe {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kHandshakeLimit{30'000};
constexpr milliseconds kSettlePeriod{500};
constexpr milliseconds kProgressPeriod{1000};
constexpr milliseconds kChangeLook{2};
constexpr milliseconds kDrainLimit{5000};
constexpr std::size_t kTabsPerChanger = 10;

class TickRun {
 public:
  TickRun(Loop& loop, const Endpoint& endpoint, TokenSource& tokens, const TickPlan& plan,
          const ProgressListener& progress)
      : loop_{loop},
        endpoint_{endpoint},
        tokens_{tokens},
        plan_{plan},
        progress_{progress},
        chance_{plan.seed},
        tabs_{loop, endpoint, oracle_} {}

  base::Result<Report, RunProblem> run() {
    const auto begin = loop_.now();
    const auto settling = loop_.every(kSettlePeriod, [this] { oracle_.settle(loop_.now()); });
    const auto telling = loop_.every(kProgressPeriod, [this] { tell(); });
    tabs_.listen([this](base::UtcTime time) { delivered(time); });
    if (auto problem = ramp()) return *problem;
    measure();
    drain();
    return report(std::chrono::duration_cast<milliseconds>(loop_.now() - begin));
  }

 private:
  std::optional<RunProblem> ramp() {
    if (!allow_open_files(plan_.tabs)) {
      return RunProblem{RunProblem::Kind::Unavailable,
                        fmt::format("{} tabs need more open files than this system allows (ulimit -n)", plan_.tabs)};
    }
    const auto user_tokens = load_tokens(tokens_, std::clamp<std::size_t>(plan_.users, 1, plan_.tabs));
    if (!user_tokens) return RunProblem{RunProblem::Kind::Unavailable, user_tokens.error().text};
    auto universe = tokens_of(loop_, endpoint_, user_tokens->front(), plan_.symbols);
    if (!universe) return universe.error();
    universe_ = std::move(*universe);
    std::size_t subscribed = 0;  // tabs before this one have sent their request, or are gone
    for (TabId tab = 0; tab < plan_.tabs && !loop_.interrupted(); ++tab) {
      tabs_.open(fmt::format("tab{}", tab + 1), (*user_tokens)[tab % user_tokens->size()]);
      loop_.run_until([&] { return tabs_.size() - advance(subscribed) < plan_.connecting; }, kHandshakeLimit);
    }
    loop_.run_until([&] { return advance(subscribed) == tabs_.size(); }, kHandshakeLimit);
    loop_.run_until([&] { return tabs_.all_answered(); }, kHandshakeLimit);
    connected_ = tabs_.open_count();
    if (loop_.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted while connecting"};
    return std::nullopt;
  }

  /// Lets tabs subscribe in the order in which they were opened, so that a seed draws the same sets; answers how many
  /// have.
  std::size_t advance(std::size_t& subscribed) {
    for (; subscribed < tabs_.size() && tabs_.is_settled(subscribed); ++subscribed) {
      tabs_.ask(subscribed, {.kind = TickRequestKind::Subscribe, .tokens = draw(universe_), .mode = draw_mode()});
    }
    return subscribed;
  }

  /// At least one of these, at most as many as a tab takes.
  std::vector<std::uint32_t> draw(const std::vector<std::uint32_t>& from) {
    std::vector<std::uint32_t> all = from;
    std::shuffle(all.begin(), all.end(), chance_);
    all.resize(1 + chance_() % std::clamp<std::size_t>(plan_.symbols_per_tab, 1, all.size()));
    return all;
  }

  TickMode draw_mode() { return plan_.mode ? *plan_.mode : static_cast<TickMode>(chance_() % 3); }

  void measure() {
    phase_ = LoadProgress::Phase::Measuring;
    measuring_since_ = loop_.now();
    const auto before = oracle_.totals();
    const auto cpu_before = server_time();
    changes_due_ = measuring_since_;
    std::shared_ptr<void> changing;
    if (plan_.changes_per_second > 0) {
      changing = loop_.every(kChangeLook, [this] { change_what_is_due(); });
    }
    loop_.run_for(plan_.duration);
    changing.reset();
    const auto& after = oracle_.totals();
    counted_ = {std::chrono::duration_cast<milliseconds>(loop_.now() - *measuring_since_),
                after.messages - before.messages, after.bytes - before.bytes, after.ticks - before.ticks};
    if (const auto cpu_after = server_time(); cpu_before && cpu_after) cpu_used_ = *cpu_after - *cpu_before;
    measuring_since_.reset();
    phase_ = LoadProgress::Phase::Settling;
  }

  [[nodiscard]] std::optional<std::chrono::microseconds> server_time() const {
    return plan_.server_pid ? cpu_time(*plan_.server_pid) : std::nullopt;
  }

  void delivered(base::UtcTime time) {
    if (!measuring_since_) return;
    const auto late = loop_.clock().utc_now() - time;
    delivery_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(late.count(), 0)));
  }

  void change_what_is_due() {
    // A single tab has nobody who must not notice.
    const std::size_t changers = tabs_.size() < 2 ? 0 : std::max<std::size_t>(tabs_.size() / kTabsPerChanger, 1);
    const auto period = std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / plan_.changes_per_second)};
    for (std::size_t turn = 0; turn < changers && *changes_due_ + period <= loop_.now(); ++turn) {
      *changes_due_ += std::chrono::duration_cast<base::MonoTime::duration>(period);
      const TabId tab = tabs_.size() - 1 - next_changer_++ % changers;
      // One whose last change is not answered yet is passed over.
      if (tabs_.is_open(tab) && !oracle_.is_waiting(tab)) change(tab);
    }
  }

  void change(TabId tab) {
    enum Kind : std::uint8_t { NewFilter, OtherMode, GiveUpSome, GiveUpAll, kKinds };
    const auto taken = oracle_.taken(tab);
    ++changes_;
    if (taken.empty()) {
      return tabs_.ask(tab, {.kind = TickRequestKind::Subscribe, .tokens = draw(universe_), .mode = draw_mode()});
    }
    switch (chance_() % kKinds) {
      case NewFilter:
        // Without a mode new instruments come in the server's default one.
        return tabs_.ask(tab, {.kind = TickRequestKind::UpdateFilter, .tokens = draw(universe_), .mode = plan_.mode});
      case OtherMode:
        return tabs_.ask(tab, {.kind = TickRequestKind::Subscribe, .tokens = draw(taken), .mode = draw_mode()});
      case GiveUpSome:
        return tabs_.ask(tab, {.kind = TickRequestKind::Unsubscribe, .tokens = draw(taken)});
      default:
        return tabs_.ask(tab, {.kind = TickRequestKind::Unsubscribe});
    }
  }

  void drain() {
    loop_.run_until([&] { return tabs_.all_answered(); }, kDrainLimit);
    loop_.run_for(TickOracleOptions{}.settle + kSettlePeriod);
    oracle_.finish(loop_.now());
    // The verdict stands before the tabs go.
    verdict_ = oracle_.findings();
    for (TabId tab = 0; tab < tabs_.size(); ++tab) {
      if (tabs_.is_open(tab)) tabs_.close(tab);
    }
    loop_.run_until([&] { return tabs_.all_ended(); }, seconds{3});
  }

  void tell() const {
    if (!progress_) return;
    LoadProgress now;
    now.phase = phase_;
    now.tabs = plan_.tabs;
    now.connected = tabs_.open_count();
    if (measuring_since_) now.measured = std::chrono::duration_cast<milliseconds>(loop_.now() - *measuring_since_);
    now.messages = oracle_.totals().messages;
    now.violations = oracle_.findings().total();
    progress_(now);
  }

  Report report(milliseconds duration) {
    Report report;
    report.title = "ticks";
    report.target = endpoint_.url(kTickPath);
    report.duration = duration;
    report.figures = {{"tabs", std::to_string(connected_)},
                      {"instruments", std::to_string(universe_.size())},
                      {"messages", std::to_string(oracle_.totals().messages)},
                      {"ticks", std::to_string(oracle_.totals().ticks)},
                      {"changes", std::to_string(changes_)}};
    report_throughput(report, counted_, "ticks");
    report_latency(report, "delivery", delivery_, 1, "ticks, resolution 1 ms");
    if (cpu_used_) report_server_cpu(report, counted_, *cpu_used_);
    if (oracle_.totals().ticks == 0) verdict_.violated(rule::kMissing, "", "no tick of any instrument arrived");
    judge_p99(verdict_, delivery_, plan_.max_p99);
    report.findings = verdict_;
    return report;
  }

  Loop& loop_;
  Endpoint endpoint_;
  TokenSource& tokens_;
  TickPlan plan_;
  const ProgressListener& progress_;
  std::mt19937_64 chance_;
  TickOracle oracle_;
  TickTabs tabs_;
  std::vector<std::uint32_t> universe_;  // tokens to draw from
  metrics::Histogram delivery_;          // milliseconds
  Findings verdict_;
  LoadProgress::Phase phase_ = LoadProgress::Phase::Connecting;
  std::optional<base::MonoTime> measuring_since_;
  std::optional<base::MonoTime> changes_due_;  // the schedule, one period behind
  Throughput counted_;
  std::optional<std::chrono::microseconds> cpu_used_;
  std::size_t connected_ = 0;
  std::size_t next_changer_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace

base::Result<Report, RunProblem> run_ticks(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                           const TickPlan& plan, const ProgressListener& progress) {
  // The histogram makes it too big for a stack.
  const auto run = std::make_unique<TickRun>(loop, endpoint, tokens, plan, progress);
  return run->run();
}

}  // namespace subd::probe
