#include "probe/isolation_run.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/random_id.hpp"
#include "base/time_text.hpp"
#include "probe/oracle.hpp"
#include "probe/rest_proof.hpp"
#include "probe/tab.hpp"
#include "probe/tab_set.hpp"

namespace subd::probe {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kConnectLimit{10'000};
constexpr milliseconds kSettlePeriod{500};
constexpr milliseconds kForgedLimit{3000};

// Neighbours differ, and every second one shares an indicator with another tab, so that both leaking and computing
// twice have something to show.
const std::array<std::vector<std::string>, 4> kIndicatorSets{
    {{"RSI_14_100", "MACD_12_26_9"}, {"SMA_20", "BBANDS_20_2"}, {"RSI_14_100"}, {"EMA_20", "MACD_12_26_9", "SMA_20"}}};

/// Records what a connection with a token that must not work comes to.
class Intruder final : public TabObserver {
 public:
  void on_message(std::string_view text, base::MonoTime) override {
    ServerMessage message;
    if (parse_server_message(text, message).empty() && message.type == MessageType::Connected) admitted_ = true;
  }
  void on_end(const TabEnd& end) override { end_ = end; }

  [[nodiscard]] bool is_admitted() const noexcept { return admitted_; }
  [[nodiscard]] const std::optional<TabEnd>& end() const noexcept { return end_; }

 private:
  bool admitted_ = false;
  std::optional<TabEnd> end_;
};

struct View {
  std::string symbol;
  std::vector<std::string> indicators;
};

class IsolationRun {
 public:
  IsolationRun(Loop& loop, const Endpoint& endpoint, TokenSource& tokens, const IsolationPlan& plan,
               const ComputationSource& computations)
      : loop_{loop},
        endpoint_{endpoint},
        tokens_{tokens},
        plan_{plan},
        computations_{computations},
        oracle_{options_of(plan)},
        tabs_{loop, endpoint, oracle_} {}

  base::Result<Report, RunProblem> run() {
    const auto begin = loop_.now();
    if (auto problem = connect()) return *problem;
    knock_with_bad_tokens();
    const auto settling = loop_.every(kSettlePeriod, [this] { oracle_.settle(loop_.now()); });
    for (TabId tab = 0; tab < views_.size(); ++tab) subscribe(tab);
    await_replies();
    await_snapshots();

    const auto before = sample();
    watch(plan_.duration * 3 / 10);
    for (TabId tab = 0; tab < views_.size(); ++tab) {
      tabs_.heartbeat(tab);
      tabs_.list(tab);
    }
    await_replies();
    compare_with(before);
    prove_rest();

    disturb();
    watch(std::max(plan_.duration * 5 / 10, milliseconds{options_of(plan_).silence_limit + seconds{1}}));
    resubscribe();
    watch(plan_.duration * 2 / 10);
    for (TabId tab = 0; tab < views_.size(); ++tab) {
      if (tabs_.state(tab) == TabState::Open) tabs_.heartbeat(tab);
    }
    await_replies();
    oracle_.finish(loop_.now());
    if (loop_.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted before the plan was done"};
    return report(std::chrono::duration_cast<milliseconds>(loop_.now() - begin));
  }

 private:
  static OracleOptions options_of(const IsolationPlan& plan) {
    OracleOptions options;
    // Longer bars close too seldom to wait for, but their forming updates come all the time.
    options.silence_limit = std::clamp<milliseconds>(plan.duration * 4 / 10, seconds{3}, seconds{10});
    options.continuous = plan.continuous;
    return options;
  }

  [[nodiscard]] std::string user_name(std::size_t user) const {
    static constexpr std::array<std::string_view, 3> kNames{"alice", "bob", "carol"};
    return user < kNames.size() ? std::string{kNames[user]} : "user" + std::to_string(user + 1);
  }

  std::optional<RunProblem> add(std::size_t user, const std::string& label, std::vector<View> views) {
    const std::string name = user_name(user) + '-' + label;
    auto token = tokens_.token(user_name(user) + "@example.com", "probe-" + name, {});
    if (!token) return RunProblem{RunProblem::Kind::Unavailable, token.error().text};
    if (valid_token_.empty()) valid_token_ = token->token;
    tabs_.open(name, *token);
    views_.push_back(std::move(views));
    return std::nullopt;
  }

  std::optional<RunProblem> connect() {
    const std::size_t users = std::max<std::size_t>(plan_.users, 1);
    std::size_t set = 0;
    for (std::size_t user = 0; user < users; ++user) {
      for (std::size_t tab = 0; tab < std::max<std::size_t>(plan_.tabs, 1); ++tab, ++set) {
        const auto& indicators = kIndicatorSets[set % kIndicatorSets.size()];
        std::vector<View> views{{plan_.symbol, indicators}};
        if (set % 2 == 1 && !plan_.second_symbol.empty()) {
          views.push_back({plan_.second_symbol, {indicators.front(), "RSI_14_100"}});
        }
        if (auto problem = add(user, "tab" + std::to_string(tab + 1), std::move(views))) return problem;
      }
    }
    // These come to something in the middle of the run. All share topics with the tabs that watch.
    closing_ = views_.size();
    if (auto problem = add(0, "closing", {{plan_.symbol, kIndicatorSets[1]}})) return problem;
    cut_ = views_.size();
    if (auto problem = add(users - 1, "cut", {{plan_.symbol, kIndicatorSets[0]}})) return problem;
    changing_ = views_.size();
    if (auto problem =
            add(0, "changing", {{plan_.symbol, {"RSI_14_100", "SMA_20"}}, {plan_.second_symbol, {"EMA_20"}}})) {
      return problem;
    }
    if (plan_.second_symbol.empty()) views_.back().pop_back();

    loop_.run_until(
        [&] {
          for (TabId tab = 0; tab < views_.size(); ++tab) {
            if (!tabs_.is_settled(tab)) return false;
          }
          return true;
        },
        kConnectLimit);
    std::size_t connected = 0;
    for (TabId tab = 0; tab < views_.size(); ++tab) {
      if (oracle_.is_connected(tab)) {
        ++connected;
        continue;
      }
      // A connection that ended, the oracle has told already.
      if (!tabs_.end(tab)) {
        oracle_.findings().violated(rule::kAuthAccepted, oracle_.identity(tab).name, "not connected within 10 s");
      }
    }
    if (connected > 0) return std::nullopt;
    const auto& end = tabs_.end(0);
    const std::string what = endpoint_.url() + ": " + (end ? end->describe() : "no answer within 10 s");
    // An HTTP answer is a verdict on the token; anything else is nobody there.
    if (end && (end->http_status == 401 || end->http_status == 403)) return std::nullopt;
    return RunProblem{end ? RunProblem::Kind::Unavailable : RunProblem::Kind::Timeout, what};
  }

  void knock_with_bad_tokens() {
    auto forged = forged_tokens(valid_token_);
    if (auto expired = tokens_.expired_token()) {
      forged.push_back({"an expired token", *expired});
    } else {
      oracle_.findings().note(rule::kAuthRefused, "expired tokens not tried: " + expired.error().text);
    }
    for (const auto& [name, token] : forged) {
      Intruder intruder;
      Tab tab{loop_, intruder};
      tab.connect(endpoint_, "/ws/indicators", token);
      loop_.run_until([&] { return intruder.end() || intruder.is_admitted(); }, kForgedLimit);
      oracle_.findings().checked(rule::kAuthRefused);
      if (intruder.is_admitted()) {
        oracle_.findings().violated(rule::kAuthRefused, "", "the server let in " + name);
      } else if (!intruder.end()) {
        oracle_.findings().violated(
            rule::kAuthRefused, "",
            "the server kept open a connection with " + name + " for " + base::duration_text(kForgedLimit));
      }
    }
  }

  void subscribe(TabId tab) {
    for (const auto& view : views_[tab]) {
      tabs_.subscribe(tab, view.symbol, plan_.timeframe, view.indicators, plan_.history);
    }
  }

  void await_replies() {
    loop_.run_until([&] { return tabs_.all_answered(); }, OracleOptions{}.reply_limit);
  }

  void await_snapshots() {
    loop_.run_until(
        [&] {
          for (TabId tab = 0; tab < views_.size(); ++tab) {
            for (const auto& view : views_[tab]) {
              if (tabs_.state(tab) == TabState::Open &&
                  oracle_.progress(tab, view.symbol, plan_.timeframe).snapshots == 0) {
                return false;
              }
            }
          }
          return true;
        },
        OracleOptions{}.reply_limit);
  }

  void watch(milliseconds duration) { loop_.run_for(duration); }

  std::optional<ComputationSample> sample() {
    if (!computations_) {
      oracle_.findings().note(rule::kComputeOnce, "no source of the server's computations");
      return std::nullopt;
    }
    auto taken = computations_();
    if (taken) return *taken;
    oracle_.findings().note(rule::kComputeOnce, taken.error().text);
    return std::nullopt;
  }

  void compare_with(const std::optional<ComputationSample>& before) {
    if (!before) return;
    const auto after = sample();
    if (!after) return;
    ExpectedTopics expected;
    for (TabId tab = 0; tab < views_.size(); ++tab) {
      if (tabs_.state(tab) != TabState::Open) continue;
      for (const auto& view : views_[tab]) {
        std::vector<std::string> ids = view.indicators;
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        for (const auto& id : ids) ++expected[{view.symbol, plan_.timeframe, id}];
      }
    }
    judge_compute_once(*before, *after, expected, oracle_.findings());
  }

  void prove_rest() {
    RestPlan rest{plan_.symbol, plan_.timeframe, valid_token_, {}, "probe-" + base::random_hex(8)};
    if (plan_.users > 1) {
      if (const auto other = tokens_.token(user_name(1) + "@example.com", "probe-rest", {})) {
        rest.other_token = other->token;
      }
    }
    const auto ask = [this](HttpRequest request) {
      request.target.insert(0, endpoint_.prefix);
      return http_request(loop_, endpoint_, request, kConnectLimit);
    };
    prove_rest_isolation(ask, rest, oracle_.findings());
  }

  void disturb() {
    tabs_.close(closing_);
    tabs_.kill(cut_);
    tabs_.unsubscribe(changing_, plan_.symbol, plan_.timeframe, std::vector<std::string>{"SMA_20"});
    if (!plan_.second_symbol.empty()) tabs_.unsubscribe(changing_, plan_.second_symbol, plan_.timeframe, std::nullopt);
    await_replies();
  }

  void resubscribe() {
    subscribe(changing_);
    await_replies();
    loop_.run_until(
        [&] {
          const auto& view = views_[changing_].back();
          return oracle_.progress(changing_, view.symbol, plan_.timeframe).snapshots > 0;
        },
        OracleOptions{}.reply_limit);
  }

  Report report(milliseconds duration) {
    Report report;
    report.title = "isolation";
    report.target = endpoint_.url();
    report.duration = duration;
    const auto& totals = oracle_.totals();
    report.figures = {{"users", std::to_string(plan_.users)},
                      {"tabs", std::to_string(views_.size())},
                      {"messages", std::to_string(totals.messages)},
                      {"updates", std::to_string(totals.updates)},
                      {"closed bars", std::to_string(totals.closed_bars)}};
    if (totals.updates == 0) {
      oracle_.findings().violated(rule::kMissing, "", "no update of any stream arrived");
    } else if (totals.closed_bars == 0) {
      oracle_.findings().note(rule::kGap, "no bar of " + plan_.timeframe + " closed during the run");
    }
    report.findings = oracle_.findings();
    return report;
  }

  Loop& loop_;
  Endpoint endpoint_;
  TokenSource& tokens_;
  IsolationPlan plan_;
  const ComputationSource& computations_;
  Oracle oracle_;
  TabSet tabs_;
  std::vector<std::vector<View>> views_;  // by tab
  TabId closing_ = 0;
  TabId cut_ = 0;
  TabId changing_ = 0;
  std::string valid_token_;
};

}  // namespace

base::Result<Report, RunProblem> run_isolation(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                               const IsolationPlan& plan, const ComputationSource& computations) {
  IsolationRun run{loop, endpoint, tokens, plan, computations};
  return run.run();
}

}  // namespace subd::probe
