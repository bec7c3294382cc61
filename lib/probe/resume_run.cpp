#include "probe/resume_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

#include "probe/oracle.hpp"
#include "probe/tab.hpp"
#include "probe/tab_set.hpp"

namespace subd::probe {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kConnectLimit{10'000};
constexpr milliseconds kAnswerLimit{5000};
constexpr milliseconds kSettlePeriod{500};
constexpr milliseconds kLongestPause{150};  // between two cuts
/// Of tabs that are told what they missed: so many in a hundred may be cut again meanwhile.
constexpr unsigned kCutAgainPercent = 25;
constexpr int kResumedElsewhere = 4007;
constexpr std::size_t kResumeTokenDigits = 34;

// Neighbours differ, so that what came out of the wrong session shows.
const std::array<std::vector<std::string>, 4> kIndicatorSets{
    {{"RSI_14_100", "MACD_12_26_9"}, {"SMA_20"}, {"RSI_14_100", "EMA_20"}, {}}};

/// A connection of nobody that the oracle knows.
class Visitor final : public TabObserver {
 public:
  void on_message(std::string_view text, base::MonoTime) override {
    ServerMessage message;
    if (!parse_server_message(text, message).empty()) return;
    if (message.type == MessageType::Connected) {
      connection_id_ = message.connection_id;
      resumed_ = message.resumed;
    } else if (message.type == MessageType::MarketUpdate || message.type == MessageType::Snapshot) {
      ++updates_;
    } else if (message.type == MessageType::Resumed) {
      streams_ = message.streams;
    }
  }
  void on_end(const TabEnd& end) override { end_ = end; }

  [[nodiscard]] bool is_answered() const { return !streams_.empty() || end_; }
  /// It was shown something of a session that is not its own; empty: nothing.
  [[nodiscard]] std::string prey(const std::string& session) const {
    if (resumed_ || connection_id_ == session) return "got session " + connection_id_;
    if (!streams_.empty() && streams_ != "[]") return "was told the streams " + streams_;
    return updates_ > 0 ? "got updates" : "";
  }
  [[nodiscard]] bool took(const std::string& session) const { return resumed_ && connection_id_ == session; }
  [[nodiscard]] const std::optional<TabEnd>& end() const noexcept { return end_; }

 private:
  std::string connection_id_;
  std::string streams_;
  bool resumed_ = false;
  std::size_t updates_ = 0;
  std::optional<TabEnd> end_;
};

class ResumeRun {
 public:
  ResumeRun(Loop& loop, const Endpoint& endpoint, TokenSource& tokens, const ResumePlan& plan)
      : loop_{loop},
        endpoint_{endpoint},
        token_source_{tokens},
        plan_{plan},
        chance_{plan.seed},
        tabs_{loop, endpoint, oracle_} {}

  base::Result<Report, RunProblem> run() {
    const auto begin = loop_.now();
    if (auto problem = connect()) return *problem;
    const auto settling = loop_.every(kSettlePeriod, [this] { oracle_.settle(loop_.now()); });
    subscribe();
    if (oracle_.resume_token(0).empty()) {
      oracle_.findings().checked(rule::kResume);
      oracle_.findings().violated(rule::kResume, oracle_.identity(0).name, "`connected` has no resume_token");
    } else {
      cut_and_return();
      loop_.run_for(OracleOptions{}.settle + seconds{1});
      let_strangers_try();
      take_over();
    }
    oracle_.finish(loop_.now());
    if (loop_.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted before the plan was done"};
    return report(std::chrono::duration_cast<milliseconds>(loop_.now() - begin));
  }

 private:
  struct Absence {
    TabId tab = 0;
    base::MonoTime until{};
  };

  [[nodiscard]] static std::string user_name(std::size_t user) { return fmt::format("user{}@example.com", user + 1); }

  std::optional<RunProblem> connect() {
    for (std::size_t user = 0; user < plan_.users; ++user) {
      for (std::size_t tab = 0; tab <= plan_.tabs; ++tab) {
        const bool watches = tab == plan_.tabs;
        const std::string name =
            watches ? fmt::format("user{}-watching", user + 1) : fmt::format("user{}-tab{}", user + 1, tab + 1);
        auto token = token_source_.token(user_name(user), "probe-" + name, {});
        if (!token) return RunProblem{RunProblem::Kind::Unavailable, token.error().text};
        if (!watches) cuttable_.push_back(tokens_.size());
        tokens_.push_back(token->token);
        tabs_.open(name, *token);
      }
    }
    loop_.run_until([&] { return every_tab([&](TabId tab) { return tabs_.is_settled(tab); }); }, kConnectLimit);
    if (every_tab([&](TabId tab) { return oracle_.is_connected(tab); })) return std::nullopt;
    const auto& end = tabs_.end(0);
    return RunProblem{end ? RunProblem::Kind::Unavailable : RunProblem::Kind::Timeout,
                      endpoint_.url() + ": " + (end ? end->describe() : "not every tab was connected within 10 s")};
  }

  template <class Question>
  bool every_tab(Question question) {
    for (TabId tab = 0; tab < tabs_.size(); ++tab) {
      if (!question(tab)) return false;
    }
    return true;
  }

  void subscribe() {
    for (TabId tab = 0; tab < tabs_.size(); ++tab) {
      for (const std::string& symbol : plan_.symbols) {
        tabs_.subscribe(tab, symbol, plan_.timeframe, kIndicatorSets[tab % kIndicatorSets.size()]);
      }
    }
    loop_.run_until([&] { return tabs_.all_answered() && every_tab([&](TabId tab) { return has_all(tab); }); },
                    kAnswerLimit);
  }

  /// A snapshot of each stream.
  bool has_all(TabId tab) {
    return std::all_of(plan_.symbols.begin(), plan_.symbols.end(), [&](const std::string& symbol) {
      return oracle_.progress(tab, symbol, plan_.timeframe).snapshots > 0;
    });
  }

  milliseconds up_to(milliseconds most) {
    return milliseconds{std::uniform_int_distribution<std::int64_t>{0, most.count()}(chance_)};
  }

  void cut_and_return() {
    while ((cuts_ < plan_.cuts || !absences_.empty()) && !loop_.interrupted()) {
      loop_.run_for(up_to(kLongestPause));
      std::erase_if(absences_, [&](const Absence& absence) {
        if (absence.until > loop_.now()) return false;
        tabs_.resume(absence.tab, tokens_[absence.tab]);
        return true;
      });
      if (cuts_ < plan_.cuts) cut_one();
    }
    loop_.run_until(
        [&] { return every_tab([&](TabId tab) { return oracle_.is_there(tab) || tabs_.end(tab).has_value(); }); },
        kAnswerLimit);
    for (const TabId tab : cuttable_) {
      if (oracle_.is_there(tab)) continue;
      oracle_.findings().violated(rule::kResume, oracle_.identity(tab).name,
                                  "the tab was not let back to its session within 5 s");
    }
  }

  void cut_one() {
    const TabId tab = cuttable_[chance_() % cuttable_.size()];
    const bool may_cut_again = chance_() % 100 < kCutAgainPercent;
    if (tabs_.state(tab) != TabState::Open || !(oracle_.is_there(tab) || may_cut_again)) return;
    tabs_.cut(tab);
    absences_.push_back({tab, loop_.now() + up_to(plan_.longest_absence)});
    ++cuts_;
  }

  /// Somebody presents a resume token, with a user's token of their own, and says to have nothing.
  void visit(Visitor& visitor, Tab& tab, const std::string& resume_token, const std::string& token) {
    tab.connect(endpoint_, "/ws/indicators?resume=" + resume_token, token);
    loop_.run_until([&] { return tab.state() == TabState::Open || visitor.end(); }, kConnectLimit);
    tab.send(request_text({.kind = RequestKind::Resume, .id = 1}));
    loop_.run_until([&] { return visitor.is_answered(); }, kAnswerLimit);
  }

  void demand_nothing(const std::string& who, const std::string& resume_token, const std::string& token,
                      const std::string& session) {
    Visitor visitor;
    Tab tab{loop_, visitor};
    visit(visitor, tab, resume_token, token);
    oracle_.findings().checked(rule::kResume);
    if (const std::string prey = visitor.prey(session); !prey.empty()) {
      oracle_.findings().violated(rule::kResume, oracle_.identity(0).name, who + ' ' + prey);
    }
    tab.close();
  }

  void let_strangers_try() {
    const std::string& robbed = oracle_.connection_id(0);
    if (auto thief = token_source_.token("thief@example.com", "probe-thief", {})) {
      demand_nothing("another user with this tab's resume token", oracle_.resume_token(0), thief->token, robbed);
    } else {
      oracle_.findings().note(rule::kResume, "stolen resume tokens not tried: " + thief.error().text);
    }
    demand_nothing("a resume token that never was", std::string(kResumeTokenDigits, '0'), tokens_[0], robbed);
    const TabId closed = cuttable_.back();
    tabs_.close(closed);
    loop_.run_until([&] { return tabs_.end(closed).has_value(); }, kAnswerLimit);
    demand_nothing("the resume token of a session that was closed", oracle_.resume_token(closed), tokens_[closed],
                   oracle_.connection_id(closed));
  }

  void take_over() {
    const TabId first = cuttable_.front();
    oracle_.leaving(first, "taken over by a second tab", loop_.now());
    Visitor second;
    Tab tab{loop_, second};
    visit(second, tab, oracle_.resume_token(first), tokens_[first]);
    loop_.run_until([&] { return tabs_.end(first).has_value(); }, kAnswerLimit);
    oracle_.findings().checked(rule::kResume);
    const auto violated = [&](std::string what) {
      oracle_.findings().violated(rule::kResume, oracle_.identity(first).name, std::move(what));
    };
    if (!second.took(oracle_.connection_id(first)))
      violated("a second tab with its resume token did not get its session");
    const auto& end = tabs_.end(first);
    if (!end || end->close_code != kResumedElsewhere) {
      violated("taken over by a second tab, it was " + (end ? end->describe() : "not closed") +
               ", not closed with 4007");
    }
    tab.close();
    loop_.run_for(OracleOptions{}.settle + seconds{1});  // the others watch
  }

  Report report(milliseconds duration) {
    Report report;
    report.title = "resume";
    report.target = endpoint_.url();
    report.duration = duration;
    const auto& totals = oracle_.totals();
    report.figures = {{"tabs", std::to_string(tabs_.size())},
                      {"cuts", std::to_string(cuts_)},
                      {"messages", std::to_string(totals.messages)},
                      {"updates", std::to_string(totals.updates)},
                      {"closed bars", std::to_string(totals.closed_bars)}};
    if (totals.closed_bars == 0) {
      oracle_.findings().violated(rule::kMissing, "", "no bar of " + plan_.timeframe + " closed during the run");
    }
    report.findings = oracle_.findings();
    return report;
  }

  Loop& loop_;
  Endpoint endpoint_;
  TokenSource& token_source_;
  ResumePlan plan_;
  std::mt19937_64 chance_;
  Oracle oracle_;
  TabSet tabs_;
  std::vector<std::string> tokens_;  // by tab
  std::vector<TabId> cuttable_;
  std::vector<Absence> absences_;
  std::size_t cuts_ = 0;
};

}  // namespace

base::Result<Report, RunProblem> run_resume(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                            const ResumePlan& plan) {
  ResumeRun run{loop, endpoint, tokens, plan};
  return run.run();
}

}  // namespace subd::probe
