#pragma once

#include <string>
#include <string_view>

#include "channel/channel_hub.hpp"
#include "session/json_client.hpp"

namespace subd::session {

/// What all clients of channels share on one io thread. Lives longer than any of them.
struct ChannelContext {
  ClientContext& clients;
  channel::ChannelHub& hub;
};

/// A client of a broadcast channel: gets the channel's messages and has nothing to ask for.
///
/// Owner:  one server connection; the hub's io thread.
/// Queue:  at most Limits::channel_queue messages of the channel wait; beyond, the oldest go. What is about the
///         connection itself (status, replies) is kept.
/// Errors: every message but a heartbeat gets an `error`.
class ChannelClient final : public JsonClient, public channel::Subscriber {
 public:
  ChannelClient(ChannelContext& context, Transport& transport, channel::ChannelId channel, std::string id);

  [[nodiscard]] ClientKind kind() const noexcept override { return ClientKind::Channel; }

  // channel::Subscriber
  bool offer(const channel::Text& text) noexcept override;
  void upstream_changed(bool connected) override;

 protected:
  void opened() override;
  void receive_text(std::string_view text) override;
  void end_subscriptions() override;
  void describe(ClientReport& report) const override;

 private:
  channel::ChannelHub& hub_;
  channel::ChannelId channel_;
  bool joined_ = false;
};

}  // namespace subd::session
