#include "wsprobe/target.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "control/socket_path.hpp"
#include "probe/http_client.hpp"
#include "tls/trust.hpp"
#include "wsprobe/invocation.hpp"

namespace subd::wsprobe {

namespace {

Failure failure_of_client(const control::ClientError& error) {
  switch (error.kind) {
    case control::ClientError::Kind::NotPermitted:
      return {cli::ExitCode::NotPermitted, error.message};
    case control::ClientError::Kind::Timeout:
      return {cli::ExitCode::Timeout, error.message};
    default:
      return {cli::ExitCode::Unavailable, error.message};
  }
}

template <class T>
T value_of(base::Result<T, probe::Problem> result, cli::ExitCode code) {
  if (!result) throw Failure{code, result.error().text};
  return std::move(*result);
}

}  // namespace

void TargetFlags::add_to(CLI::App& app) {
  app.add_option("--url", url,
                 "Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says")
      ->type_name("URL");
  app.add_option("--ca", ca, "Trust the authorities in this PEM file with a wss:// URL; default: the system's")
      ->type_name("FILE");
  app.add_option("--control", control, "Control socket of the daemon; see wsprobe(1) for the default")
      ->type_name("SOCKET");
  auto* secret = app.add_option("--secret-file", secret_file, "Mint tokens from the server's HS256 secret in FILE")
                     ->type_name("FILE");
  auto* tokens =
      app.add_option("--token-file", token_file, "Take tokens from FILE, a line each: user token")->type_name("FILE");
  auto* start = app.add_option("--spawn", spawn, "Start this subd on a free port, with a directory of its own")
                    ->type_name("FILE");
  tokens->excludes(secret);
  start->excludes("--url")->excludes("--ca")->excludes("--control")->excludes(secret)->excludes(tokens);
}

Target::Target(const TargetFlags& flags, probe::Loop& loop) : loop_{loop} {
  std::string secret_file = flags.secret_file;
  std::vector<std::string> sockets;
  if (!flags.spawn.empty()) {
    auto daemon = probe::SpawnedDaemon::start(flags.spawn);
    if (!daemon) throw Failure{cli::ExitCode::Unavailable, daemon.error().text};
    daemon_.emplace(std::move(*daemon));
    sockets.push_back(daemon_->control_socket());
    secret_file = daemon_->secret_file();
  } else if (!flags.control.empty()) {
    sockets.push_back(flags.control);
  } else {
    sockets = control::control_socket_candidates(control::process_environment());
  }
  client_.emplace(std::move(sockets));
  control_ = [this](const probe::HttpRequest& request) -> base::Result<probe::HttpReply, probe::Problem> {
    if (!has_control_) return probe::Problem{"this needs the control socket of the server: --control"};
    auto answer = client_->request(request.method, request.target, request.body);
    if (!answer) return probe::Problem{answer.error().message};
    return probe::HttpReply{static_cast<unsigned>(answer->status), std::move(answer->body)};
  };

  if (!flags.url.empty()) endpoint_ = value_of(probe::parse_endpoint(flags.url), cli::ExitCode::Usage);
  trust_for(flags);
  // With a URL and tokens at hand, a daemon that happens to run on this machine is none of our business.
  const bool tokens_given = !secret_file.empty() || !flags.token_file.empty();
  if (flags.url.empty() || !flags.control.empty() || !tokens_given) ask_status(flags.url.empty());

  if (!secret_file.empty()) {
    tokens_ = value_of(probe::secret_token_source(secret_file), cli::ExitCode::BadData);
  } else if (!flags.token_file.empty()) {
    tokens_ = value_of(probe::file_token_source(flags.token_file), cli::ExitCode::BadData);
  } else {
    tokens_ = probe::control_token_source(*client_, state_secret_);
  }
}

void Target::trust_for(const TargetFlags& flags) {
  if (!probe::is_wss(flags.url)) {
    if (!flags.ca.empty()) throw Failure{cli::ExitCode::Usage, "--ca: has no use without --url wss://HOST:PORT"};
    return;
  }
  auto trust = tls::Trust::load(flags.ca);
  if (!trust) throw Failure{cli::ExitCode::BadData, "--ca '" + flags.ca + "': " + trust.error()};
  endpoint_.trust = std::move(*trust);
}

void Target::ask_status(bool url_needed) {
  const auto answer = client_->read("/v1/status");
  if (!answer) throw failure_of_client(answer.error());
  const auto status = nlohmann::json::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !status.is_object()) {
    throw Failure{cli::ExitCode::Unavailable, "the control socket did not tell its status"};
  }
  has_control_ = true;
  if (status.contains("pid") && status["pid"].is_number_integer()) pid_ = status["pid"].get<std::int64_t>();
  // Where the embedded default keeps its secret; whoever may read it may also mint an expired token.
  if (const auto state = status.value("state_dir", nlohmann::json{}); state.is_string()) {
    state_secret_ = state.get<std::string>() + "/secret";
  }
  if (!url_needed) return;
  const auto listen = status.value("listen", nlohmann::json::array());
  if (!listen.is_array() || listen.empty() || !listen.front().is_string()) {
    throw Failure{cli::ExitCode::Unavailable, "the control socket tells no address that the daemon listens on"};
  }
  endpoint_ = value_of(probe::parse_endpoint("ws://" + listen.front().get<std::string>()), cli::ExitCode::Unavailable);
}

std::vector<std::string> Target::served_symbols() {
  if (!has_control_) {
    throw Failure{cli::ExitCode::Usage, "--symbols: there is no control socket that tells what is served; name some"};
  }
  const auto answer = client_->read("/v1/instruments?limit=1000");
  if (!answer) throw failure_of_client(answer.error());
  const auto list = nlohmann::json::parse(answer->body, nullptr, false);
  std::vector<std::string> symbols;
  if (answer->status == 200 && list.is_object()) {
    for (const auto& one : list.value("instruments", nlohmann::json::array())) {
      if (one.is_object() && one.value("served", false)) symbols.push_back(one.value("symbol", std::string{}));
    }
  }
  if (symbols.empty()) throw Failure{cli::ExitCode::Unavailable, "the control socket names no symbol that is served"};
  return symbols;
}

probe::ComputationSource Target::computations() {
  return [this]() -> base::Result<probe::ComputationSample, probe::Problem> {
    if (has_control_) {
      const auto answer = client_->read("/v1/metrics");
      if (!answer) return probe::Problem{answer.error().message};
      return probe::parse_computations(answer->body);
    }
    auto text = probe::http_get(loop_, endpoint_, "/metrics");
    if (!text) return text.error();
    return probe::parse_computations(*text);
  };
}

}  // namespace subd::wsprobe
