#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/engine.hpp"
#include "engine/upstream.hpp"
#include "feed/feed_source.hpp"
#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"
#include "store/store.hpp"

namespace subd::daemon {

/// The market thread's way to the store: closed bars go there, and the past of a stream comes from there before the
/// stream begins.
///
/// Owner:  the market thread, which never waits here: what is read arrives as a task of its loop.
/// Merge:  history that the feed gives wins where it overlaps; the store fills what is older than that. Stored bars
///         that the feed is going to deliver itself (Recording::delivers_from) are left out. Gaps are not filled: a
///         warm-up runs over all bars, as it does over a night, and the gap stands in the store for whoever asks.
/// Errors: a store that does not answer within kPatience delays nobody further: the stream begins without it.
class StoredBars {
 public:
  /// Longest that a slow disk delays the first subscriber of a stream.
  static constexpr std::chrono::milliseconds kPatience{2000};

  /// `context` is the market thread's loop. At most `count` bars are read of each stream. Everything that is referred
  /// to outlives the store's thread.
  StoredBars(store::Store& store, feed::Recording recording, const market::InstrumentTable& instruments,
             const market::CalendarSet& calendars, boost::asio::io_context& context, std::size_t count);

  /// Reads the past of `streams` for fill() and runs `done` afterwards, from the loop.
  void load(std::vector<wire::StreamId> streams, std::function<void()> done);
  [[nodiscard]] bool is_loaded(wire::StreamId stream) const { return loaded_.contains(key(stream)); }
  /// Puts what was loaded of the stream in front of what the feed gave.
  void fill(wire::StreamId stream, engine::History& history);
  /// Drops what was loaded and not used.
  void forget(wire::StreamId stream) { loaded_.erase(key(stream)); }

  void record(std::span<const engine::KeptBar> bars);

 private:
  struct Load;
  using Bars = std::vector<market::Bar>;

  static std::uint64_t key(wire::StreamId stream) noexcept { return static_cast<std::uint64_t>(stream); }
  /// Stored bars of the stream are of use up to here.
  [[nodiscard]] base::UtcTime usable_before(wire::StreamId stream) const;
  void finish(Load& load, std::vector<Bars> found);

  store::Store& store_;
  feed::Recording recording_;
  const market::InstrumentTable& instruments_;
  const market::CalendarSet& calendars_;
  boost::asio::io_context& context_;
  std::size_t count_;
  std::unordered_map<std::uint64_t, Bars> loaded_;
};

}  // namespace subd::daemon
