#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "daemon/market_thread.hpp"
#include "server/io_thread.hpp"

namespace subd::daemon {

/// The market side's way to one io thread's hubs. Every member from the market thread or one of its shards'.
class IoHubPort final : public HubPort {
 public:
  explicit IoHubPort(server::IoThread& io) noexcept : io_{io} {}

  void publish(Burst burst) override {
    io_.post([io = &io_, burst = std::move(burst)] {
      io->hub().publish(burst->updates);
      io->ticks().publish(burst->ticks);
    });
  }
  void attached(hub::AttachReply reply) override {
    auto shared = std::make_shared<hub::AttachReply>(std::move(reply));
    io_.post([io = &io_, shared] { io->hub().attached(std::move(*shared)); });
  }
  void attached(hub::TickReply reply) override {
    auto shared = std::make_shared<hub::TickReply>(std::move(reply));
    io_.post([io = &io_, shared] { io->ticks().attached(*shared); });
  }
  void publish(channel::Message message) override {
    io_.post([io = &io_, message = std::move(message)] { io->channels().publish(message); });
  }
  void upstream_changed(hub::UpstreamStatus status) override {
    io_.post([io = &io_, status] {
      io->channels().upstream_changed(std::string_view{status.state} == "live");
      io->hub().upstream_changed(status);
      io->ticks().upstream_changed(status);
    });
  }

 private:
  server::IoThread& io_;
};

/// One io thread's way to the market thread. Every member from that io thread.
class MarketPort final : public hub::MarketLink, public hub::TickLink, public channel::MarketLink {
 public:
  MarketPort(MarketThread& market, engine::HubId hub) noexcept : market_{market}, hub_{hub} {}

  void attach(hub::AttachRequest request) override { market_.attach(hub_, std::move(request)); }
  void release(hub::Release release) override { market_.release(hub_, std::move(release)); }
  void request(hub::TickRequest request) override { market_.request(hub_, std::move(request)); }
  void want(channel::ChannelId channel, bool wanted) override { market_.want(hub_, channel, wanted); }

 private:
  MarketThread& market_;
  engine::HubId hub_;
};

}  // namespace subd::daemon
