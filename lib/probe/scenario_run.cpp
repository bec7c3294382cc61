#include "probe/scenario_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/time_text.hpp"
#include "probe/oracle.hpp"
#include "probe/tab_set.hpp"

namespace subd::probe {

namespace {

using std::chrono::milliseconds;
using Kind = ScenarioStep::Kind;

constexpr std::size_t kKeptMessages = 10'000;
constexpr milliseconds kSettlePeriod{500};

/// What a tab received and no `expect` has used yet.
struct Inbox {
  std::deque<std::string> messages;
  std::uint64_t received = 0;  // ever
};

OracleOptions options_of(const Scenario& scenario) {
  OracleOptions options;
  options.silence_limit = scenario.silence.value_or(options.silence_limit);
  return options;
}

class ScenarioRun {
 public:
  ScenarioRun(Loop& loop, const Endpoint& endpoint, TokenSource& tokens, const Scenario& scenario)
      : loop_{loop},
        endpoint_{endpoint},
        tokens_{tokens},
        scenario_{scenario},
        oracle_{options_of(scenario)},
        tabs_{loop, endpoint, oracle_} {}

  base::Result<Report, RunProblem> run() {
    const auto begin = loop_.now();
    const auto settling = loop_.every(kSettlePeriod, [this] { oracle_.settle(loop_.now()); });
    tabs_.listen([this](TabId tab, std::string_view text, const ServerMessage*, base::MonoTime) { keep(tab, text); });
    connections_.resize(scenario_.tabs.size());
    for (const auto& step : scenario_.steps) {
      if (!play(step)) break;
      if (problem_) return *problem_;
      if (loop_.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted"};
    }
    if (problem_) return *problem_;
    loop_.run_until([&] { return tabs_.all_answered(); }, OracleOptions{}.reply_limit);
    loop_.run_for(OracleOptions{}.settle + kSettlePeriod);
    oracle_.finish(loop_.now());
    Report report;
    report.title = scenario_.name;
    report.target = endpoint_.url();
    report.duration = std::chrono::duration_cast<milliseconds>(loop_.now() - begin);
    report.figures = {{"tabs", std::to_string(tabs_.size())},
                      {"steps", std::to_string(scenario_.steps.size())},
                      {"messages", std::to_string(oracle_.totals().messages)}};
    report.findings = oracle_.findings();
    return report;
  }

 private:
  void keep(TabId tab, std::string_view text) {
    if (inboxes_.size() <= tab) inboxes_.resize(tab + 1);
    Inbox& inbox = inboxes_[tab];
    ++inbox.received;
    inbox.messages.emplace_back(text);
    if (inbox.messages.size() > kKeptMessages) inbox.messages.pop_front();
  }

  Inbox& inbox(TabId tab) {
    if (inboxes_.size() <= tab) inboxes_.resize(tab + 1);
    return inboxes_[tab];
  }

  /// False: the scenario cannot go on.
  bool play(const ScenarioStep& step) {
    if (step.kind == Kind::Pause) {
      loop_.run_for(step.limit);
      return true;
    }
    if (step.kind == Kind::Connect) return connect(step);
    if (step.kind == Kind::Http) return ask(step);
    for (const std::size_t who : step.tabs) {
      if (connections_[who]) continue;
      violated(step, who, "has not been connected");
      return false;
    }
    switch (step.kind) {
      case Kind::Expect:
        return expect(step);
      case Kind::ExpectNone:
        return expect_none(step);
      case Kind::WaitFor:
        return wait_for(step);
      default:
        break;
    }
    for (const std::size_t who : step.tabs) act(step, *connections_[who]);
    // What was asked is in force, and what was closed is gone, when the next step begins.
    const bool done = loop_.run_until([&] { return is_done(step); }, step.limit);
    if (done || loop_.interrupted()) return true;
    findings().checked(rule::kExpect);
    for (const std::size_t who : step.tabs) {
      if (oracle_.unanswered(*connections_[who]) > 0) {
        violated(step, who, "got no reply within " + base::duration_text(step.limit));
      }
    }
    return true;
  }

  void act(const ScenarioStep& step, TabId tab) {
    switch (step.kind) {
      case Kind::Subscribe:
        tabs_.ask(tab, {.kind = RequestKind::Subscribe,
                        .symbol = step.symbol,
                        .timeframe = step.timeframe,
                        .indicators = step.indicators.value_or(std::vector<std::string>{}),
                        .history = step.history,
                        .when = step.when,
                        .trigger = step.trigger,
                        .refusal = step.refused});
        break;
      case Kind::Unsubscribe:
        tabs_.unsubscribe(tab, step.symbol, step.timeframe, step.indicators);
        break;
      case Kind::Heartbeat:
        tabs_.heartbeat(tab);
        break;
      case Kind::List:
        tabs_.list(tab);
        break;
      case Kind::Close:
        tabs_.close(tab);
        break;
      default:
        tabs_.kill(tab);
        break;
    }
  }

  bool is_done(const ScenarioStep& step) const {
    return std::all_of(step.tabs.begin(), step.tabs.end(), [&](std::size_t who) {
      const TabId tab = *connections_[who];
      if (step.kind == Kind::Close || step.kind == Kind::Kill) return tabs_.end(tab).has_value();
      return tabs_.end(tab).has_value() || oracle_.unanswered(tab) == 0;
    });
  }

  /// What is asked beside the server is the ground that later steps stand on: without it the scenario ends.
  bool ask(const ScenarioStep& step) {
    const auto reply = http_request(loop_, step.where, step.request, step.limit);
    if (reply && reply->status == step.status) return true;
    problem_ = RunProblem{
        RunProblem::Kind::Unavailable,
        fmt::format("step of line {}: {}", step.line,
                    reply ? fmt::format("{} {} at {} was answered with HTTP {}, not {}", step.request.method,
                                        step.request.target, step.where.authority(), reply->status, step.status)
                          : reply.error().text)};
    return false;
  }

  bool connect(const ScenarioStep& step) {
    std::vector<TabId> opened;
    std::vector<std::size_t> names;  // of those opened
    for (const std::size_t who : step.tabs) {
      const ScenarioTab& tab = scenario_.tabs[who];
      auto token = token_of(tab);
      if (!token && tab.token == ScenarioTab::Token::Expired) {
        findings().note(rule::kAuthRefused, "expired tokens not tried: " + token.error().text);
        continue;
      }
      if (!token) {
        problem_ = RunProblem{RunProblem::Kind::Unavailable, token.error().text};
        return false;
      }
      connections_[who] = step.refused.empty() ? tabs_.open(tab.name, *token) : tabs_.open_refused(tab.name, *token);
      opened.push_back(*connections_[who]);
      names.push_back(who);
    }
    loop_.run_until(
        [&] { return std::all_of(opened.begin(), opened.end(), [&](TabId tab) { return tabs_.is_settled(tab); }); },
        step.limit);
    bool all = true;
    for (std::size_t i = 0; i < opened.size(); ++i) {
      const auto& end = tabs_.end(opened[i]);
      const std::string outcome = end ? end->describe() : "no answer within " + base::duration_text(step.limit);
      if (!step.refused.empty()) {
        findings().checked(rule::kAuthRefused);
        if (!end || end->http_status == 0 || std::to_string(end->http_status) != step.refused) {
          violated(step, names[i],
                   "was to be refused with HTTP " + step.refused + ", and " + (end ? outcome : "was let in"),
                   rule::kAuthRefused);
        }
        continue;
      }
      if (oracle_.is_connected(opened[i])) continue;
      all = false;
      if (tabs_.size() == opened.size() && end && end->http_status == 0 && end->close_code == 0) {
        problem_ = RunProblem{RunProblem::Kind::Unavailable, endpoint_.url() + ": " + outcome};
        return false;
      }
      // A connection that ended, the oracle has told already.
      if (!end) violated(step, names[i], "could not connect: " + outcome, rule::kAuthAccepted);
    }
    return all;
  }

  base::Result<TabToken, Problem> token_of(const ScenarioTab& tab) {
    auto token = tokens_.token(tab.user, tab.session);
    if (!token || tab.token == ScenarioTab::Token::Valid) return token;
    if (tab.token == ScenarioTab::Token::Forged) {
      token->token = forged_tokens(token->token).front().token;
      return token;
    }
    auto expired = tokens_.expired_token();
    if (!expired) return expired.error();
    token->token = *expired;
    return token;
  }

  bool expect(const ScenarioStep& step) {
    for (const std::size_t who : step.tabs) {
      findings().checked(rule::kExpect, step.count);
      Inbox& received = inbox(*connections_[who]);
      std::size_t found = 0;
      const auto look = [&] {
        while (found < step.count && !received.messages.empty()) {
          if (matches(received.messages.front(), step.match)) ++found;
          received.messages.pop_front();
        }
        return found == step.count;
      };
      if (loop_.run_until(look, step.limit) || loop_.interrupted()) continue;
      violated(
          step, who,
          fmt::format("got {} of {} expected messages within {}", found, step.count, base::duration_text(step.limit)));
    }
    return true;
  }

  bool expect_none(const ScenarioStep& step) {
    std::vector<std::uint64_t> from;
    for (const std::size_t who : step.tabs) from.push_back(inbox(*connections_[who]).received);
    loop_.run_for(step.limit);
    for (std::size_t i = 0; i < step.tabs.size(); ++i) {
      findings().checked(rule::kExpect);
      const std::string* unwanted = since(step, inbox(*connections_[step.tabs[i]]), from[i]);
      if (unwanted != nullptr) {
        violated(step, step.tabs[i], "got a message that must not come", rule::kExpect, *unwanted);
      }
    }
    return true;
  }

  bool wait_for(const ScenarioStep& step) {
    std::vector<std::uint64_t> from;
    for (const std::size_t who : step.tabs) from.push_back(inbox(*connections_[who]).received);
    for (std::size_t i = 0; i < step.tabs.size(); ++i) {
      findings().checked(rule::kExpect);
      const TabId tab = *connections_[step.tabs[i]];
      if (loop_.run_until([&] { return since(step, inbox(tab), from[i]) != nullptr; }, step.limit)) continue;
      violated(step, step.tabs[i], "waited in vain for " + base::duration_text(step.limit));
      return false;
    }
    return true;
  }

  /// The first match among the messages received after the first `from` ones.
  static const std::string* since(const ScenarioStep& step, const Inbox& inbox, std::uint64_t from) {
    const auto fresh = std::min<std::uint64_t>(inbox.received - from, inbox.messages.size());
    const auto begin = inbox.messages.end() - static_cast<std::ptrdiff_t>(fresh);
    const auto found = std::find_if(begin, inbox.messages.end(),
                                    [&](const std::string& message) { return matches(message, step.match); });
    return found == inbox.messages.end() ? nullptr : &*found;
  }

  void violated(const ScenarioStep& step, std::size_t who, const std::string& what,
                std::string_view rule = rule::kExpect, std::string_view frame = {}) {
    std::string fields;
    for (const auto& [path, value] : step.match) fields += fmt::format(" {}={}", path, value);
    findings().violated(rule, scenario_.tabs[who].name,
                        fmt::format("step of line {}: {}{}", step.line, what, fields.empty() ? "" : ":" + fields),
                        frame);
  }

  Findings& findings() { return oracle_.findings(); }

  Loop& loop_;
  Endpoint endpoint_;
  TokenSource& tokens_;
  const Scenario& scenario_;
  Oracle oracle_;
  TabSet tabs_;
  std::vector<std::optional<TabId>> connections_;  // by tab of the scenario; the newest connection
  std::deque<Inbox> inboxes_;                      // by connection
  std::optional<RunProblem> problem_;
};

}  // namespace

base::Result<Report, RunProblem> run_scenario(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                              const Scenario& scenario) {
  ScenarioRun run{loop, endpoint, tokens, scenario};
  return run.run();
}

}  // namespace subd::probe
