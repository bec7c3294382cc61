#pragma once

#include <string_view>

#include "session/client.hpp"

namespace subd::session {

/// What stays on a connection whose client went on without it: bears its name until the connection has ended, and has
/// nothing to say but the close.
///
/// Owner: as Client.
class Farewell final : public Client {
 public:
  Farewell(ClientContext& context, Transport& transport, const Client& gone)
      : Client{context, transport, gone.id()}, kind_{gone.kind()} {
    become_open(gone.principal());
  }

  [[nodiscard]] ClientKind kind() const noexcept override { return kind_; }

 protected:
  void opened() override {}
  void receive_text(std::string_view) override {}
  void end_subscriptions() override {}
  void describe(ClientReport&) const override {}

 private:
  ClientKind kind_;
};

}  // namespace subd::session
