#include "probe/scenario_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time_text.hpp"
#include "probe/borrowed_key.hpp"
#include "probe/oracle.hpp"
#include "probe/scenario_tabs.hpp"

namespace subd::probe {

namespace {

using std::chrono::milliseconds;
using Kind = ScenarioStep::Kind;

constexpr milliseconds kSettlePeriod{500};

OracleOptions options_of(const Scenario& scenario) {
  OracleOptions options;
  options.silence_limit = scenario.silence.value_or(options.silence_limit);
  return options;
}

class ScenarioRun {
 public:
  ScenarioRun(Loop& loop, const Endpoint& endpoint, TokenSource& tokens, const ControlDoor& control,
              const Scenario& scenario)
      : loop_{loop},
        endpoint_{endpoint},
        tokens_{tokens},
        control_{control},
        scenario_{scenario},
        oracle_{options_of(scenario)},
        tabs_{loop, endpoint, oracle_, scenario} {}

  base::Result<Report, RunProblem> run() {
    const auto begin = loop_.now();
    const auto settling = loop_.every(kSettlePeriod, [this] { oracle_.settle(loop_.now()); });
    for (auto step = scenario_.steps.begin(); step != scenario_.steps.end(); ++step) {
      announce_ends(step);
      if (!play(*step)) break;
      if (problem_) return *problem_;
      if (loop_.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted"};
    }
    if (problem_) return *problem_;
    loop_.run_until([&] { return tabs_.judged().all_answered(); }, OracleOptions{}.reply_limit);
    loop_.run_for(OracleOptions{}.settle + kSettlePeriod);
    oracle_.finish(loop_.now());
    Report report;
    report.title = scenario_.name;
    report.target = endpoint_.url();
    report.duration = std::chrono::duration_cast<milliseconds>(loop_.now() - begin);
    report.figures = {{"tabs", std::to_string(tabs_.size())},
                      {"steps", std::to_string(scenario_.steps.size())},
                      {"messages", std::to_string(oracle_.totals().messages + tabs_.unjudged_messages())}};
    report.findings = oracle_.findings();
    return report;
  }

 private:
  /// The ends that are expected right after a step are what that step brings about.
  void announce_ends(std::vector<ScenarioStep>::const_iterator step) {
    for (++step; step != scenario_.steps.end() && step->kind == Kind::ExpectEnd; ++step) {
      for (const std::size_t who : step->tabs) {
        if (tabs_.exists(who)) tabs_.announce_end(who);
      }
    }
  }

  /// False: the scenario cannot go on.
  bool play(const ScenarioStep& step) {
    if (step.kind == Kind::Pause) {
      loop_.run_for(step.limit);
      return true;
    }
    if (step.kind == Kind::Connect) return connect(step);
    if (step.kind == Kind::Http || step.kind == Kind::Control) return ask(step);
    for (const std::size_t who : step.tabs) {
      if (tabs_.exists(who)) continue;
      violated(step, who, "has not been connected");
      return false;
    }
    switch (step.kind) {
      case Kind::Expect:
        return expect(step);
      case Kind::ExpectNone:
        return expect_none(step);
      case Kind::ExpectEnd:
        return expect_end(step);
      case Kind::WaitFor:
        return wait_for(step);
      default:
        break;
    }
    for (const std::size_t who : step.tabs) act(step, who);
    // What was asked is in force, and what was closed is gone, when the next step begins.
    const bool done = loop_.run_until([&] { return is_done(step); }, step.limit);
    if (done || loop_.interrupted()) return true;
    findings().checked(rule::kExpect);
    for (const std::size_t who : step.tabs) {
      if (tabs_.unanswered(who) > 0) {
        violated(step, who, "got no reply within " + base::duration_text(step.limit));
      }
    }
    return true;
  }

  void act(const ScenarioStep& step, std::size_t who) {
    switch (step.kind) {
      case Kind::Subscribe:
        tabs_.ask(who, {.kind = RequestKind::Subscribe,
                        .symbol = step.symbol,
                        .timeframe = step.timeframe,
                        .indicators = step.indicators.value_or(std::vector<std::string>{}),
                        .history = step.history,
                        .when = step.when,
                        .trigger = step.trigger,
                        .refusal = step.refused});
        break;
      case Kind::Unsubscribe:
        tabs_.ask(who, {.kind = RequestKind::Unsubscribe,
                        .symbol = step.symbol,
                        .timeframe = step.timeframe,
                        .indicators = step.indicators});
        break;
      case Kind::Heartbeat:
        tabs_.ask(who, {.kind = RequestKind::Heartbeat});
        break;
      case Kind::List:
        tabs_.ask(who, {.kind = RequestKind::List});
        break;
      case Kind::Send:
        tabs_.send(who, step.text);
        break;
      case Kind::Close:
        tabs_.close(who);
        break;
      default:
        tabs_.kill(who);
        break;
    }
  }

  bool is_done(const ScenarioStep& step) const {
    return std::all_of(step.tabs.begin(), step.tabs.end(), [&](std::size_t who) {
      if (step.kind == Kind::Close || step.kind == Kind::Kill) return tabs_.end(who).has_value();
      return tabs_.unanswered(who) == 0;
    });
  }

  /// What is asked beside the server is the ground that later steps stand on: without it the scenario ends. What the
  /// server under test answers is judged.
  bool ask(const ScenarioStep& step) {
    auto request = step.request;
    if (const auto problem = add_credentials(step, request)) {
      problem_ =
          RunProblem{RunProblem::Kind::Unavailable, fmt::format("step of line {}: {}", step.line, problem->text)};
      return false;
    }
    const bool judged = step.kind == Kind::Http && !step.where;
    if (judged) request.target.insert(0, endpoint_.prefix);
    const auto reply = step.kind == Kind::Control
                           ? control_(request)
                           : http_request(loop_, step.where.value_or(endpoint_), request, step.limit);
    const std::string what = reply ? fault_of(step, *reply) : reply.error().text;
    if (judged) findings().checked(rule::kExpect);
    if (what.empty()) return true;
    if (judged && reply) {
      findings().violated(rule::kExpect, step.bearer ? scenario_.tabs[*step.bearer].name : "http",
                          fmt::format("step of line {}: {}", step.line, what), reply->body);
      return true;
    }
    problem_ = RunProblem{RunProblem::Kind::Unavailable, fmt::format("step of line {}: {}", step.line, what)};
    return false;
  }

  /// What is wrong with the answer; empty: nothing.
  [[nodiscard]] std::string fault_of(const ScenarioStep& step, const HttpReply& reply) const {
    const std::string place =
        step.kind == Kind::Control ? std::string{"the control socket"} : step.where.value_or(endpoint_).authority();
    const std::string asked = fmt::format("{} {} at {}", step.request.method, step.request.target, place);
    if (reply.status != step.status) {
      return fmt::format("{} was answered with HTTP {}, not {}", asked, reply.status, step.status);
    }
    if (step.match.empty() || matches(reply.body, step.match)) return {};
    return fmt::format("{} was answered without{}", asked, fields_of(step));
  }

  std::optional<Problem> add_credentials(const ScenarioStep& step, HttpRequest& request) {
    if (step.bearer) {
      const auto token = token_of(scenario_.tabs[*step.bearer]);
      if (!token) return token.error();
      if (!token->token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token->token);
    }
    if (step.role.empty()) return std::nullopt;
    auto& key = keys_[step.role];
    if (!key) {
      auto borrowed = BorrowedKey::borrow(control_, step.role);
      if (!borrowed) return borrowed.error();
      key.emplace(*std::move(borrowed));
    }
    request.headers.emplace_back("X-API-Key", key->text());
    return std::nullopt;
  }

  bool connect(const ScenarioStep& step) {
    std::vector<std::size_t> opened;
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
      tabs_.open(who, *token, !step.refused.empty());
      opened.push_back(who);
    }
    loop_.run_until(
        [&] {
          return std::all_of(opened.begin(), opened.end(), [&](std::size_t who) { return tabs_.is_settled(who); });
        },
        step.limit);
    return std::all_of(opened.begin(), opened.end(),
                       [&](std::size_t who) { return has_connected_as_told(step, who, opened.size()); });
  }

  /// False: the scenario cannot go on.
  bool has_connected_as_told(const ScenarioStep& step, std::size_t who, std::size_t opened) {
    const auto& end = tabs_.end(who);
    const std::string outcome = end ? end->describe() : "no answer within " + base::duration_text(step.limit);
    if (!step.refused.empty()) {
      findings().checked(rule::kAuthRefused);
      if (end && end->http_status != 0 && std::to_string(end->http_status) == step.refused) return true;
      violated(step, who, "was to be refused with HTTP " + step.refused + ", and " + (end ? outcome : "was let in"),
               rule::kAuthRefused);
      return true;
    }
    if (tabs_.is_connected(who)) return true;
    if (tabs_.size() == opened && end && end->http_status == 0 && end->close_code == 0) {
      problem_ = RunProblem{RunProblem::Kind::Unavailable, endpoint_.url(scenario_.tabs[who].path) + ": " + outcome};
      return false;
    }
    // Of a judged connection that ended, the oracle has told already.
    if (!end || !scenario_.tabs[who].is_judged()) {
      violated(step, who, "could not connect: " + outcome, rule::kAuthAccepted);
    }
    return false;
  }

  base::Result<TabToken, Problem> token_of(const ScenarioTab& tab) {
    if (tab.token == ScenarioTab::Token::None) return TabToken{{}, tab.user, tab.session};
    auto token = tokens_.token(tab.user, tab.session, tab.tier);
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
      Inbox& received = tabs_.inbox(who);
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
    for (const std::size_t who : step.tabs) from.push_back(tabs_.inbox(who).received);
    loop_.run_for(step.limit);
    for (std::size_t i = 0; i < step.tabs.size(); ++i) {
      findings().checked(rule::kExpect);
      const std::string* unwanted = since(step, tabs_.inbox(step.tabs[i]), from[i]);
      if (unwanted != nullptr) {
        violated(step, step.tabs[i], "got a message that must not come", rule::kExpect, *unwanted);
      }
    }
    return true;
  }

  bool expect_end(const ScenarioStep& step) {
    for (const std::size_t who : step.tabs) {
      findings().checked(rule::kExpect);
      const auto& end = tabs_.end(who);
      if (!loop_.run_until([&] { return end.has_value(); }, step.limit)) {
        violated(step, who,
                 fmt::format("was to be closed with {} and is open after {}", step.close_code,
                             base::duration_text(step.limit)));
      } else if (end->close_code != step.close_code) {
        violated(step, who, fmt::format("was to be closed with {}: {}", step.close_code, end->describe()));
      }
    }
    return true;
  }

  bool wait_for(const ScenarioStep& step) {
    std::vector<std::uint64_t> from;
    for (const std::size_t who : step.tabs) from.push_back(tabs_.inbox(who).received);
    for (std::size_t i = 0; i < step.tabs.size(); ++i) {
      findings().checked(rule::kExpect);
      Inbox& inbox = tabs_.inbox(step.tabs[i]);
      if (loop_.run_until([&] { return since(step, inbox, from[i]) != nullptr; }, step.limit)) continue;
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
    const std::string fields = fields_of(step);
    findings().violated(rule, scenario_.tabs[who].name,
                        fmt::format("step of line {}: {}{}", step.line, what, fields.empty() ? "" : ":" + fields),
                        frame);
  }

  static std::string fields_of(const ScenarioStep& step) {
    std::string fields;
    for (const auto& [path, value] : step.match) fields += fmt::format(" {}={}", path, value);
    return fields;
  }

  Findings& findings() { return oracle_.findings(); }

  Loop& loop_;
  Endpoint endpoint_;
  TokenSource& tokens_;
  const ControlDoor& control_;
  const Scenario& scenario_;
  Oracle oracle_;
  ScenarioTabs tabs_;
  std::map<std::string, std::optional<BorrowedKey>> keys_;  // by role
  std::optional<RunProblem> problem_;
};

}  // namespace

base::Result<Report, RunProblem> run_scenario(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                              const ControlDoor& control, const Scenario& scenario) {
  ScenarioRun run{loop, endpoint, tokens, control, scenario};
  return run.run();
}

}  // namespace subd::probe
