#include "probe/rest_proof.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

namespace subd::probe {

namespace {

using Json = nlohmann::json;

struct RestSession {
  std::string name;  ///< for reports
  std::string token;
  std::string id;
  std::string indicator;  ///< that it takes
  bool subscribed = false;
};

class RestProof {
 public:
  RestProof(const HttpDoor& ask, const RestPlan& plan, Findings& findings)
      : ask_{ask}, plan_{plan}, findings_{findings} {}

  void run() {
    RestSession first{"rest, one session", plan_.token, plan_.run + "-1", "RSI_14_100"};
    RestSession second{"rest, another session", plan_.token, plan_.run + "-2", "SMA_20"};
    RestSession other{"rest, another user", plan_.other_token, plan_.run + "-1", "EMA_20"};
    if (!is_offered(first)) return;
    subscribe(first);
    subscribe(second);
    look({&first, &second, &other});
    // Nobody gives up what is another's.
    unsubscribe(other);
    look({&first, &second, &other});
    subscribe(other);
    look({&first, &second, &other});
    unsubscribe(first);
    look({&first, &second, &other});
    unsubscribe(second);
    unsubscribe(other);
    look({&first, &second, &other});
  }

 private:
  [[nodiscard]] bool is_offered(const RestSession& session) {
    const auto reply = read(session);
    if (!reply) return note(reply.error().text);
    const Json answer = Json::parse(reply->body, nullptr, false);
    const bool has_code = answer.is_object() && answer.value("code", Json{}).is_string();
    const bool nothing_yet = reply->status == 404 && has_code && answer["code"] == "no_subscription";
    if (nothing_yet) return true;
    if (reply->status == 404) return note("the server has no sessions of clients without a connection");
    findings_.checked(rule::kRest);
    violated(session, fmt::format("a session that took nothing was answered with HTTP {}", reply->status), *reply);
    return false;
  }

  bool note(const std::string& why) {
    findings_.note(rule::kRest, "not examined: " + why);
    return false;
  }

  void subscribe(RestSession& session) {
    if (session.token.empty()) return;
    const Json body{{"symbol", plan_.symbol}, {"timeframe", plan_.timeframe}, {"indicators", {session.indicator}}};
    demand(session, "subscribe", post(session, "/indicators/subscribe", body.dump()), 200);
    session.subscribed = true;
  }

  void unsubscribe(RestSession& session) {
    if (session.token.empty()) return;
    demand(session, "unsubscribe", post(session, "/indicators/unsubscribe", "{}"), session.subscribed ? 200 : 404);
    session.subscribed = false;
  }

  /// Each reads exactly what it takes.
  void look(std::initializer_list<const RestSession*> sessions) {
    for (const RestSession* session : sessions) {
      if (session->token.empty()) continue;
      const auto reply = demand(*session, "read", read(*session), session->subscribed ? 200 : 404);
      if (!reply || !session->subscribed) continue;
      findings_.checked(rule::kRest);
      const Json answer = Json::parse(reply->body, nullptr, false);
      const Json held = answer.is_object() ? answer.value("indicators", Json{}) : Json{};
      if (held.is_object() && held.size() == 1 && held.contains(session->indicator)) continue;
      violated(*session, "took " + session->indicator + " alone and reads something else", *reply);
    }
  }

  /// The answer, when it has the status that the session must be given.
  std::optional<HttpReply> demand(const RestSession& session, std::string_view what,
                                  const base::Result<HttpReply, Problem>& reply, unsigned status) {
    findings_.checked(rule::kRest);
    if (!reply) {
      findings_.violated(rule::kRest, session.name, fmt::format("{}: {}", what, reply.error().text), {});
      return std::nullopt;
    }
    if (reply->status == status) return *reply;
    violated(session, fmt::format("{} was answered with HTTP {}, not {}", what, reply->status, status), *reply);
    return std::nullopt;
  }

  void violated(const RestSession& session, std::string message, const HttpReply& reply) {
    findings_.violated(rule::kRest, session.name, std::move(message), reply.body);
  }

  [[nodiscard]] base::Result<HttpReply, Problem> read(const RestSession& session) const {
    return send(session, {.target = "/indicators/data/" + plan_.symbol + "?timeframe=" + plan_.timeframe});
  }

  [[nodiscard]] base::Result<HttpReply, Problem> post(const RestSession& session, std::string target,
                                                      std::string body) const {
    return send(session, {.method = "POST", .target = std::move(target), .body = std::move(body)});
  }

  [[nodiscard]] base::Result<HttpReply, Problem> send(const RestSession& session, HttpRequest request) const {
    request.headers = {{"Authorization", "Bearer " + session.token}, {"X-Session-ID", session.id}};
    return ask_(request);
  }

  const HttpDoor& ask_;
  const RestPlan& plan_;
  Findings& findings_;
};

}  // namespace

void prove_rest_isolation(const HttpDoor& ask, const RestPlan& plan, Findings& findings) {
  RestProof{ask, plan, findings}.run();
}

}  // namespace subd::probe
