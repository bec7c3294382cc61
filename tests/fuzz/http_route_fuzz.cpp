#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/http_routes.hpp"
#include "server/running_server.hpp"
#include "ws/utf8_check.hpp"

namespace {

using namespace subd::server;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view kKey = "subd_alice";  // of the one user that there is

/// Takes a line; what the parser would not let through in a header field ends it.
std::string take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string line{rest.substr(0, end)};
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line.substr(0, line.find_first_of(std::string_view{"\r\0", 2}));
}

bool is_line(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

/// Whatever was sent: a response that no byte of the request can break out of, and that is what it says it is.
void check(const HttpResponse& response) {
  require(response.status >= 200 && response.status < 600);
  require(!response.content_type.empty());
  for (const auto& [name, value] : response.fields) require(is_line(value));
  if (response.problem_code.empty()) return;
  require(response.status >= 400);
  require(response.content_type == "application/problem+json");
  require(subd::ws::is_utf8(response.body) && is_line(response.body));
  require(response.body.front() == '{' && response.body.back() == '}');
}

}  // namespace

/// Lines: flags, method, target, Authorization, X-API-Key, X-Session-ID, Cookie, upgrade headers; then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const subd::test::FakeClock clock;
  static const auto verifier = subd::test::test_verifier();
  static const subd::auth::ApiKeySet keys{{{subd::auth::api_key_digest(kKey), "alice", subd::auth::Role::Client}}};
  static const subd::auth::SharedToken channel_token{"channels"};
  subd::session::RequestLimits requests;
  test::FakeBackend backend;

  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const std::string flags = take_line(rest);
  const auto has = [&](char flag) { return flags.find(flag) != std::string::npos; };
  HttpRequest request;
  request.method = take_line(rest);
  request.target = take_line(rest);
  request.authorization = take_line(rest);
  request.api_key = take_line(rest);
  request.session_id = take_line(rest);
  request.cookies = take_line(rest);
  request.connection = request.upgrade = request.websocket_key = request.websocket_protocols = take_line(rest);
  request.websocket_version = "13";
  request.local = has('l');
  if (has('u')) {
    request.connection = "Upgrade";
    request.upgrade = "websocket";
    request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
  }
  std::optional<Refusal> refusal;
  if (has('r')) refusal = Refusal{Refusal::Limit::Address, 5};

  const Answer answer = route(request, {.backend = backend,
                                        .verifier = verifier,
                                        .api_keys = keys,
                                        .requests = requests,
                                        .channel_token = channel_token,
                                        .now = clock.utc_now(),
                                        .mono_now = clock.mono_now(),
                                        .session_cookie = "subd_session",
                                        .metrics_public = has('m'),
                                        .draining = has('d'),
                                        .refusal = refusal});
  require(is_line(endpoint_name(request)));
  if (const auto* response = std::get_if<HttpResponse>(&answer)) {
    check(*response);
    return 0;
  }
  // What goes on is somebody's: of the one who has the key, but for what needs none.
  const std::string_view endpoint = endpoint_name(request);
  if (const auto* accepted = std::get_if<UpgradeAccepted>(&answer)) {
    // Whoever takes a channel is nobody in particular.
    const bool nobody = accepted->kind == subd::session::ClientKind::Channel;
    require(!refusal && (!accepted->principal || accepted->principal->user_id == (nobody ? "" : "alice")));
    return 0;
  }
  require(!refusal || endpoint == "/metrics");
  std::get<Deferred>(answer).begin(std::string{rest}, [&](const HttpResponse& response) {
    check(response);
    if (endpoint.starts_with("/indicators/")) require(response.body.substr(2).starts_with("alice/"));
  });
  return 0;
}
