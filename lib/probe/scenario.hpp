#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "probe/endpoint.hpp"
#include "probe/http_client.hpp"
#include "probe/problem.hpp"

namespace subd::probe {

/// Fields that a message must have: dotted path and expected JSON value. `"*"` is any value, `"-"` no such field.
using Match = std::vector<std::pair<std::string, std::string>>;

/// True when `message`, JSON text, has all fields. A path finds keys that contain dots, too
/// (`indicators.PSAR_0.02_0.2`).
[[nodiscard]] bool matches(std::string_view message, const Match& match);

/// The path whose tabs the oracle judges.
inline constexpr std::string_view kJudgedPath = "/ws/indicators";

struct ScenarioTab {
  enum class Token : std::uint8_t { Valid, Expired, Forged, None };
  std::string name;
  std::string user;
  std::string session;
  std::string tier;  ///< claim of the token; empty: none
  Token token = Token::Valid;
  std::string path{kJudgedPath};

  [[nodiscard]] bool is_judged() const noexcept { return path == kJudgedPath; }
};

struct ScenarioStep {
  enum class Kind : std::uint8_t {
    Connect,
    Subscribe,
    Unsubscribe,
    Heartbeat,
    List,
    Expect,      ///< a matching message that no earlier expect has used, within the limit
    ExpectNone,  ///< no matching message from now on, for the limit
    WaitFor,     ///< a matching message from now on; without one the scenario ends
    Pause,       ///< wait_for with a duration
    Send,        ///< any text; for tabs that are not judged
    ExpectEnd,   ///< the server closes the connection
    Close,
    Kill,
    Http,     ///< asks the server over HTTP, or something beside it, such as what injects faults
    Control,  ///< asks the control socket
  };
  Kind kind = Kind::Pause;
  std::size_t line = 0;
  std::vector<std::size_t> tabs;  ///< indexes into Scenario::tabs; empty only for Pause, Http and Control
  std::string symbol;
  std::string timeframe;
  std::optional<std::vector<std::string>> indicators;
  std::uint32_t history = 0;
  std::optional<std::string> when;  ///< of Subscribe, as in Request
  std::string trigger;
  std::string refused;  ///< error code, or the HTTP status of a connect; empty: to succeed
  Match match;
  std::size_t count = 1;
  std::chrono::milliseconds limit{};
  std::string text;    ///< of Send
  int close_code = 0;  ///< of ExpectEnd; 0: any
  // Of Http and Control; `match` are fields of the answer.
  std::optional<Endpoint> where;  ///< nullopt: the server under test
  HttpRequest request;
  std::optional<std::size_t> bearer;  ///< the tab whose kind of token it carries
  std::string role;                   ///< of the API key that it carries, made for this run; empty: none
  unsigned status = 200;              ///< that it has to be answered with
};

struct Scenario {
  std::string name;
  std::optional<std::chrono::milliseconds> silence;  ///< as OracleOptions::silence_limit, which holds without it
  std::vector<ScenarioTab> tabs;
  std::vector<ScenarioStep> steps;
};

/// What `${NAME}` stands for in the texts of a scenario.
using Variables = std::map<std::string, std::string, std::less<>>;

/// Reads a scenario file; wsprobe(1) describes the format. The Problem begins with `file:line:column:`.
[[nodiscard]] base::Result<Scenario, Problem> parse_scenario(std::string_view text, const std::string& file,
                                                             const Variables& variables = {});

}  // namespace subd::probe
