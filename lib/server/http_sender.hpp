#pragma once

#include <optional>
#include <string_view>

#include "auth/api_keys.hpp"
#include "auth/principal.hpp"
#include "auth/request_token.hpp"
#include "auth/revocations.hpp"
#include "base/result.hpp"
#include "server/http_answer.hpp"

/// Who sends a request: the holder of an API key, or whom a token speaks for. What is refused is a response that says
/// why and never repeats the secret.
namespace subd::server {

using Sender = base::Result<auth::Principal, HttpResponse>;
using KeyHolder = base::Result<auth::ApiKeyHolder, HttpResponse>;

/// 401 with a challenge.
[[nodiscard]] HttpResponse unauthorized(std::string_view detail, bool token_presented);

/// The holder of the API key that the request presents, if that covers `needed`. nullopt when it presents none.
[[nodiscard]] std::optional<KeyHolder> key_holder(const HttpRequest& request, const RouteContext& context,
                                                  auth::Role needed);
/// The same where a key is a must.
[[nodiscard]] KeyHolder required_key_holder(const HttpRequest& request, const RouteContext& context, auth::Role needed);

/// The principal, unless its token is revoked or it asks too often; charges the request.
[[nodiscard]] Sender let_in(auth::Principal principal, const RouteContext& context);

/// By key of role client or by token, within limits; nullopt when the request presents neither.
[[nodiscard]] std::optional<Sender> sender(const HttpRequest& request, const RouteContext& context,
                                           const auth::RequestToken& presented);
/// The same for a request that is no upgrade, and has to say who sends it.
[[nodiscard]] Sender required_sender(const HttpRequest& request, const RouteContext& context);

}  // namespace subd::server
