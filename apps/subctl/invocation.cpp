#include "subctl/invocation.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "control/socket_path.hpp"

namespace subd::subctl {
namespace {

/// Longer than the daemon waits for its own parts: 2 s, and 30 s for files and stored bars.
std::chrono::seconds limit_of(Patience patience) {
  return std::chrono::seconds{patience == Patience::Usual ? 5 : 60};
}

cli::ExitCode exit_code_of(control::ClientError::Kind kind) {
  switch (kind) {
    case control::ClientError::Kind::Unavailable:
      return cli::ExitCode::Unavailable;
    case control::ClientError::Kind::NotPermitted:
      return cli::ExitCode::NotPermitted;
    case control::ClientError::Kind::Timeout:
      return cli::ExitCode::Timeout;
    case control::ClientError::Kind::BadAnswer:
      return cli::ExitCode::Internal;
  }
  return cli::ExitCode::Internal;
}

cli::ExitCode exit_code_of(int http_status) {
  switch (http_status) {
    case 403:
      return cli::ExitCode::NotPermitted;
    case 404:
      return cli::ExitCode::No;
    case 503:
      return cli::ExitCode::Unavailable;
    case 504:
      return cli::ExitCode::Timeout;
    default:
      return http_status < 500 ? cli::ExitCode::BadData : cli::ExitCode::Internal;
  }
}

Failure failure_of(const control::Answer& answer) {
  const Json problem = Json::parse(answer.body, nullptr, false);
  if (!problem.is_object() || !problem.contains("detail") || !problem["detail"].is_string()) {
    return {cli::ExitCode::Internal, fmt::format("subd answered with HTTP status {}", answer.status)};
  }
  const std::string detail = problem["detail"].get<std::string>();
  if (problem.value("code", "") == "no_such_path") {
    return {cli::ExitCode::Unavailable, "this subd does not know the command; its version may be another: " + detail};
  }
  if (problem.value("code", "") == "bad_configuration") return {cli::ExitCode::Configuration, detail};
  return {exit_code_of(answer.status), detail};
}

Json parsed(const std::string& body) {
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_structured()) throw Failure{cli::ExitCode::Internal, "subd answered with something that is not JSON"};
  return json;
}

}  // namespace

std::string Invocation::request(std::string_view method, std::string_view target, Body body, Patience patience) const {
  control::Client client{control.empty() ? control::control_socket_candidates(control::process_environment())
                                         : std::vector<std::string>{control},
                         limit_of(patience)};
  auto answer = client.request(method, target, std::move(body.content), body.type);
  if (!answer) throw Failure{exit_code_of(answer.error().kind), answer.error().message};
  if (answer->status != 200) throw failure_of(*answer);
  return std::move(answer->body);
}

Json Invocation::read(std::string_view target, Patience patience) const {
  return parsed(request("GET", target, {}, patience));
}

std::string Invocation::read_text(std::string_view target, Patience patience) const {
  return request("GET", target, {}, patience);
}

Json Invocation::send(std::string_view method, std::string_view target, const Json& body, Patience patience) const {
  return parsed(request(method, target, {body.dump(-1, ' ', false, Json::error_handler_t::replace)}, patience));
}

Json Invocation::send_file(std::string_view target, std::string content) const {
  return parsed(request("POST", target, {std::move(content), "text/csv"}, Patience::Long));
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void print_json(const Json& json) {
  print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace subd::subctl
