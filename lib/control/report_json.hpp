#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/backend.hpp"

/// Reports as the JSON of the control socket. Field names are a contract (subctl.1): they are added, never changed.
/// Times are ISO 8601 UTC, what is unknown is null, text that is not UTF-8 has its bad bytes replaced.
namespace subd::control {

/// `null` where there is no TLS.
[[nodiscard]] std::string to_json(const std::optional<TlsStatus>& tls);
[[nodiscard]] std::string to_json(const StatusReport& status);
[[nodiscard]] std::string to_json(const SessionReport& session);
[[nodiscard]] std::string to_json(const IssuedToken& token, const TokenRequest& request);
[[nodiscard]] std::string to_json(const TokenVerdict& verdict);
[[nodiscard]] std::string to_json(const std::vector<SessionReport>& sessions);  ///< `{"sessions":[..]}`
[[nodiscard]] std::string to_json(const std::vector<ClosedSession>& sessions);  ///< `{"closed":[..]}`
[[nodiscard]] std::string to_json(const std::vector<TopicReport>& topics);      ///< `{"topics":[..]}`
[[nodiscard]] std::string to_json(const std::vector<StreamReport>& streams);    ///< `{"streams":[..]}`

/// `{"id":..,"streams":[..]}`: what a session takes after a change.
[[nodiscard]] std::string session_streams_json(std::string_view id, const std::vector<StreamSubscription>& streams);
[[nodiscard]] std::string log_level_json(std::string_view level);
[[nodiscard]] std::string session_closed_json(std::string_view id, std::string_view reason);

/// An RFC 7807 document: type, title, status, code, detail.
[[nodiscard]] std::string problem_json(const ControlError& error);

}  // namespace subd::control
