#pragma once

#include <cstdint>
#include <span>

#include "channel/message.hpp"
#include "market/instrument.hpp"
#include "market/quote.hpp"

/// What joins the two sides of the channels to the rest. Implemented by the composition root.
namespace subd::channel {

/// Number of an io thread.
using HubNumber = std::uint32_t;

/// The market side as a ChannelHub sees it: a post to the market thread. Order is kept both ways.
class MarketLink {
 public:
  virtual ~MarketLink() = default;
  /// From now on the hub takes the channel, and gets its newest message at once, or no longer takes it.
  virtual void want(ChannelId channel, bool wanted) = 0;
};

/// Where messages go: a post to each of the io threads. Market thread.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  virtual void publish(std::span<const HubNumber> hubs, const Message& message) = 0;
};

/// What the channels take of the upstream. Market thread.
class Upstream {
 public:
  virtual ~Upstream() = default;
  /// Again with another mode: that one holds from now on.
  virtual void subscribe(market::InstrumentId instrument, market::QuoteMode mode) = 0;
  virtual void unsubscribe(market::InstrumentId instrument) = 0;
};

}  // namespace subd::channel
