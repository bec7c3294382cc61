#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>

#include "base/time_text.hpp"
#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

struct Options {
  std::string user;
  std::string session;
  std::string ttl = "1h";
  std::string tier;
  std::string role;
  std::string token;
  std::string token_id;
};

// CLI11 takes a text as an error message, an empty one as consent.
std::string check_ttl(const std::string& text) {
  const auto ttl = base::parse_duration(text);
  const bool allowed = ttl && *ttl >= std::chrono::seconds{1} && *ttl <= std::chrono::hours{24 * 366} &&
                       *ttl % std::chrono::seconds{1} == std::chrono::milliseconds{0};
  return allowed ? std::string{}
                 : "'" + text + "' is not a time of whole seconds from 1s to 366d, like 30min, 8h or 7d";
}

cli::ExitCode issue(const Invocation& invocation, const Options& options) {
  const auto ttl = std::chrono::duration_cast<std::chrono::seconds>(*base::parse_duration(options.ttl));
  Json body{{"user", options.user}, {"ttl_s", ttl.count()}};
  if (!options.session.empty()) body["session"] = options.session;
  if (!options.tier.empty()) body["tier"] = options.tier;
  if (!options.role.empty()) body["role"] = options.role;
  const Json answer = invocation.send("POST", "/v1/tokens", body);
  if (invocation.json) {
    print_json(answer);
  } else {
    print(text_at(answer, "token") + "\n");
  }
  return cli::ExitCode::Ok;
}

std::string token_of(const Options& options) {
  if (options.token != "-") return options.token;
  std::string line;
  std::getline(std::cin, line);
  const std::size_t end = line.find_last_not_of(" \t\r\n");
  line.resize(end == std::string::npos ? 0 : end + 1);
  if (line.empty()) throw Failure{cli::ExitCode::BadData, "no token on standard input"};
  return line;
}

cli::ExitCode verify(const Invocation& invocation, const Options& options) {
  const Json verdict = invocation.send("POST", "/v1/tokens/verify", Json{{"token", token_of(options)}});
  const bool valid = verdict.value("valid", false);
  if (invocation.json) {
    print_json(verdict);
  } else {
    print(facts_text({{"verdict", valid ? "valid" : "rejected: " + text_at(verdict, "code")},
                      {"because", text_at(verdict, "explanation")},
                      {"algorithm", text_at(verdict, "algorithm")},
                      {"user", text_at(verdict, "user")},
                      {"session", text_at(verdict, "session")},
                      {"tier", text_at(verdict, "tier")},
                      {"role", text_at(verdict, "role")},
                      {"issuer", text_at(verdict, "issuer")},
                      {"audience", text_at(verdict, "audience")},
                      {"issued", text_at(verdict, "issued_at")},
                      {"not before", text_at(verdict, "not_before")},
                      {"expires", text_at(verdict, "expires_at")}}));
  }
  return valid ? cli::ExitCode::Ok : cli::ExitCode::No;
}

cli::ExitCode revoke(const Invocation& invocation, const Options& options) {
  Json body = Json::object();
  if (!options.user.empty()) body["user"] = options.user;
  if (!options.session.empty()) body["session"] = options.session;
  if (!options.token_id.empty()) body["jti"] = options.token_id;
  const Json answer = invocation.send("POST", "/v1/tokens/revoke", body, Patience::Long);
  if (invocation.json) {
    print_json(answer);
  } else {
    const bool single = text_at(answer, "by") == "jti";
    print(fmt::format("revoked {} {} {}{}; connections are closed\n", single ? "the token of" : "all tokens of",
                      text_at(answer, "by"), text_at(answer, "value"),
                      single ? std::string{} : " issued up to " + text_at(answer, "at")));
  }
  return cli::ExitCode::Ok;
}

cli::ExitCode list_revoked(const Invocation& invocation) {
  const Json document = invocation.read("/v1/tokens/revoked", Patience::Long);
  if (invocation.json) {
    print_json(document);
    return cli::ExitCode::Ok;
  }
  Table table{{{"BY"}, {"VALUE", Align::Left, true}, {"AT"}}};
  for (const Json& one : list_at(document, "revoked")) {
    table.add({text_at(one, "by"), text_at(one, "value"), text_at(one, "at")});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_token(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("token", "Issue and revoke tokens, or explain why one is rejected")->alias("tokens");
  verb->require_subcommand(1);

  CLI::App* issue_verb = verb->add_subcommand("issue", "Print a new token");
  issue_verb->add_option("--user", options->user, "User id, e.g. alice@example.com")->required();
  issue_verb->add_option("--session", options->session, "Session claim, e.g. tab1");
  issue_verb->add_option("--ttl", options->ttl, "How long the token is valid")
      ->check(CLI::Validator{check_ttl, "DURATION"})
      ->capture_default_str();
  issue_verb->add_option("--tier", options->tier, "Tier claim, e.g. STARTER");
  issue_verb->add_option("--role", options->role, "Role claim")->check(CLI::IsMember({"admin"}));
  issue_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return issue(invocation, *options); }; });

  CLI::App* verify_verb = verb->add_subcommand("verify", "Tell whether the daemon accepts a token, and why not");
  verify_verb->add_option("TOKEN", options->token, "The token; - reads it from standard input")->required();
  verify_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return verify(invocation, *options); }; });

  CLI::App* revoke_verb = verb->add_subcommand("revoke", "Refuse tokens from now on and close their connections");
  CLI::Option_group* what = revoke_verb->add_option_group("what");
  what->add_option("--user", options->user, "All tokens of a user that were issued until now");
  what->add_option("--session", options->session, "All tokens of a session claim that were issued until now");
  what->add_option("--jti", options->token_id, "The one token of that id, its jti claim");
  what->require_option(1);
  revoke_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return revoke(invocation, *options); }; });

  CLI::App* revoked_verb = verb->add_subcommand("revoked", "What was revoked");
  revoked_verb->callback([&invocation] { invocation.action = [&invocation] { return list_revoked(invocation); }; });
}

}  // namespace subd::subctl
