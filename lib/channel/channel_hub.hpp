#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "channel/link.hpp"
#include "channel/message.hpp"

namespace subd::channel {

/// A client as the hub sees it. Called on the hub's io thread.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  /// The channel's newest message. False: there was no room but for it, and an older one went.
  virtual bool offer(const Text& text) noexcept = 0;
  virtual void upstream_changed(bool connected) = 0;
};

/// What one io thread did for one channel.
struct HubCounts {
  std::size_t clients = 0;
  std::uint64_t offered = 0;  ///< messages, once for each client
  std::uint64_t dropped = 0;  ///< of them, those that gave way to newer ones
};

/// Channels and who takes them on one io thread; the fan-out.
///
/// Owner:      one io thread; every call on it. Knows no socket and no JSON.
/// Invariants: the market side is told that a channel is taken with the first client and that it is not with the last.
///             Every client gets the newest message when it comes, and each that follows.
/// Errors:     none but bad_alloc.
class ChannelHub {
 public:
  explicit ChannelHub(MarketLink& link);

  /// Offers the newest message at once where there is one; tells the upstream's state where that is bad.
  void join(ChannelId channel, Subscriber& subscriber);
  /// REQUIRES: it joined.
  void leave(ChannelId channel, Subscriber& subscriber);

  // From the market thread, posted to this io thread.
  void publish(const Message& message) noexcept;
  void upstream_changed(bool connected);

  /// By ChannelId.
  [[nodiscard]] std::vector<HubCounts> counts() const;

 private:
  struct Topic {
    std::vector<Subscriber*> subscribers;
    Text newest;  // null until the first one comes, and while nobody takes the channel
    std::uint64_t offered = 0;
    std::uint64_t dropped = 0;
  };

  static void offer(Topic& topic, Subscriber& subscriber) noexcept;

  MarketLink& link_;
  std::vector<Topic> topics_;  // by ChannelId
  bool connected_ = true;
};

}  // namespace subd::channel
