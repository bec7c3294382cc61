#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "daemon/market_thread.hpp"
#include "engine/engine.hpp"
#include "feed/feed_source.hpp"
#include "hub/hub.hpp"
#include "wire/stream_id.hpp"

/// Copies of what the owner threads know, for status, metrics and the control socket.
namespace subd::daemon {

struct TopicFacts {
  std::string id;
  std::uint64_t evaluations = 0;
  std::vector<std::pair<std::string, double>> values;  ///< output name ("" for a single one) and value, NaN = none
};

struct StreamFacts {
  wire::StreamId id{};
  std::string symbol;
  std::string_view timeframe;
  std::string epoch;
  std::uint64_t seq = 0;
  bool held = false;
  std::size_t bars = 0;
  std::uint64_t refused_prints = 0;  ///< out of session, late or invalid
  std::optional<base::UtcTime> last_update;
  double updates_per_second = 0;
  std::vector<TopicFacts> topics;
  std::size_t conditions = 0;
  std::uint64_t condition_evaluations = 0;
};

/// What the upstream is asked for.
struct InterestFacts {
  std::array<std::size_t, 3> by_mode{};  ///< instruments, by QuoteMode
  feed::InterestCounters counters;
};

/// Raw ticks.
struct TickFacts {
  std::size_t instruments = 0;
  std::uint64_t updates = 0;
};

struct MarketFacts {
  std::string_view kind;  ///< of the feed
  feed::FeedCounters feed;
  hub::UpstreamStatus upstream;
  std::size_t instruments = 0;
  InterestFacts interest;
  TickFacts ticks;
  std::vector<channel::BuildReport> channels;  ///< by ChannelId
  feed::UpstreamReport connections;
  engine::EngineCounters engine;     ///< of all engines
  std::vector<StreamFacts> streams;  ///< of all engines
};

/// What one engine knows.
struct EngineFacts {
  engine::EngineCounters counters;
  std::size_t held_streams = 0;
  std::vector<StreamFacts> streams;
};

/// To be run on the market thread: everything but what the engines know.
[[nodiscard]] MarketFacts market_facts(Market& market);
/// To be run on the thread of the engine.
[[nodiscard]] EngineFacts engine_facts(engine::Engine& engine, const base::Clock& clock);

}  // namespace subd::daemon
