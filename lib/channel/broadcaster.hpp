#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "channel/channel.hpp"
#include "channel/link.hpp"
#include "channel/market_state.hpp"
#include "channel/message.hpp"

namespace subd::channel {

struct Settings {
  /// From a change to the message that has it and all that follow in between; 0: at the end of the turn.
  std::chrono::milliseconds throttle{500};
  /// Instruments that channels ask the upstream for while they are taken.
  std::vector<market::InstrumentId> scope;
};

/// What was done for one channel since the start.
struct BuildReport {
  std::uint64_t builds = 0;               ///< messages made
  std::optional<base::UtcTime> built_at;  ///< the newest of them
  std::size_t bytes = 0;                  ///< of it
};

/// The market side of all channels: keeps what they show, makes their messages and hands them to the io threads.
///
/// Owner:      the market thread.
/// Invariants: while nobody takes a channel nothing is built for it and nothing is asked of the upstream. A message is
///             built once, whoever takes it, at most one a throttle; the newest state is always told in the end.
/// Errors:     none but bad_alloc.
class Broadcaster {
 public:
  /// Everything referred to outlives this.
  Broadcaster(const market::InstrumentTable& instruments, Upstream& upstream, MessageSink& sink,
              const base::Clock& clock, Settings settings);
  ~Broadcaster();
  Broadcaster(const Broadcaster&) = delete;
  Broadcaster& operator=(const Broadcaster&) = delete;

  /// What arrives from the upstream goes in here, taken or not.
  [[nodiscard]] MarketState& state() noexcept { return state_; }

  /// As MarketLink::want. Again: the hub gets the newest message again.
  void want(HubNumber hub, ChannelId channel, bool wanted);

  /// To be called after what arrived: sends what is due. Returns when to call again at the latest; nullopt: nothing
  /// waits.
  std::optional<base::MonoTime> publish_due();

  /// By ChannelId.
  [[nodiscard]] std::vector<BuildReport> reports() const;

 private:
  /// One channel and who takes it.
  struct Topic {
    std::unique_ptr<Channel> channel;
    std::vector<HubNumber> hubs;
    Text text;                          // the newest message; null while nobody takes the channel
    std::uint64_t told = 0;             // the version that it has
    std::optional<base::MonoTime> due;  // of what changed since
    BuildReport report;
  };

  void build(Topic& topic);
  /// Asks the upstream for what the channels that are taken want together.
  void update_interest();

  MarketState state_;
  Upstream& upstream_;
  MessageSink& sink_;
  const base::Clock& clock_;
  Settings settings_;
  std::vector<Topic> topics_;                            // by ChannelId
  std::size_t taken_ = 0;                                // topics with hubs
  std::vector<std::optional<market::QuoteMode>> asked_;  // by position in scope
};

}  // namespace subd::channel
