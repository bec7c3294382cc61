#pragma once

#include <string>

#include "session/client.hpp"
#include "wire/client_message.hpp"
#include "wire/error.hpp"

namespace subd::session {

/// A client that speaks JSON messages as protocol(7) has them: what is the same on every such endpoint.
///
/// Owner:  as Client.
/// Errors: bad input becomes an `error` message.
class JsonClient : public Client {
 public:
  using Client::Client;

  void say_goodbye(std::string_view reason, std::chrono::milliseconds retry_after) override;

 protected:
  void token_expires_in(std::chrono::milliseconds left) override;
  void auth_timed_out() override;

  /// Answers `heartbeat`.
  void handle(const wire::HeartbeatRequest& request);
  /// Answers `auth`: the first token of a client that came without, or one that follows it.
  void handle(const wire::AuthRequest& request);

  /// Whether the message may be handled; else it is answered here. Before authentication nothing but `auth` may, and
  /// what a user and a token may ask over all connections is limited, but for signs of life.
  template <class Message>
  [[nodiscard]] bool may_handle(const Message& message) {
    if (std::holds_alternative<wire::AuthRequest>(message)) return true;
    const wire::RequestId id = std::visit([](const auto& request) { return request.id; }, message);
    if (state() == ClientState::AwaitingAuth) {
      refuse_unauthenticated(id);
      return false;
    }
    return std::holds_alternative<wire::HeartbeatRequest>(message) || is_within_limits(id);
  }
  void refuse(const wire::RequestId& request, const wire::Error& error);

 private:
  void refuse_unauthenticated(const wire::RequestId& request);
  /// Charges a request; one too many is answered.
  [[nodiscard]] bool is_within_limits(const wire::RequestId& request);
};

}  // namespace subd::session
