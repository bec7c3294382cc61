#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace subd::auth {

/// The WebSocket subprotocol of this server; a token may stand beside it as `bearer.<jwt>`.
inline constexpr std::string_view kSubprotocol = "subd.v1";

/// What an upgrade request says about its sender.
struct RequestToken {
  /// The token as presented, unverified, perhaps empty; nullopt = none was presented.
  std::optional<std::string> token;
  /// The client offered kSubprotocol: the reply has to select it, with or without a token.
  bool select_subprotocol = false;
  /// What is presented to resume a session, as a `resume.` subprotocol or the `resume` parameter of the target; nullopt =
  /// nothing was.
  std::optional<std::string> resume{};
};

/// Looks for a token in the three places that exist before the handshake, in this order: `Authorization: Bearer`, a
/// `bearer.` subprotocol, the `token` parameter of the target. An Authorization of another scheme is somebody else's
/// (a proxy's) and passed over. Absent headers are empty; a header that came several times is joined by commas.
[[nodiscard]] RequestToken token_from_request(std::string_view authorization, std::string_view target,
                                              std::string_view subprotocols);

/// A part of a target as text: `a%26b` is `a&b`. A `%` without two hex digits behind it stands for itself; what comes out
/// may be any bytes.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// The decoded value of the target's first query parameter of that name; nullopt when it has none.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view target, std::string_view name);

/// The target as it may be logged: `/ws/indicators?token=***&x=1`. Hides `token`, `access_token`, `api_key` and
/// `resume`, however their names are percent-encoded, and leaves out a fragment, which has no business there.
[[nodiscard]] std::string redact_target(std::string_view target);

}  // namespace subd::auth
