#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "daemon/stored_bars.hpp"
#include "engine/upstream.hpp"
#include "feed/feed_source.hpp"
#include "wire/stream_id.hpp"

namespace subd::daemon {

/// The past of streams: what the feed gives of it, and in front of that what is stored.
///
/// Owner: the market thread.
class PastReader {
 public:
  /// At most `count` bars of each stream are fetched. Everything that is referred to outlives it; no `stored`: nothing
  /// is.
  PastReader(feed::FeedSource& feed, const std::unique_ptr<StoredBars>& stored, const base::Clock& clock,
             std::size_t count)
      : feed_{feed}, stored_{stored}, clock_{clock}, count_{count} {}

  /// The stream is going to be read: what takes time begins, at the same time for all that are.
  void prepare(wire::StreamId stream) { static_cast<void>(fetch_of_feed(stream, {})); }
  /// True: read() has all of it now. False: some of it is on its way, and `done` is called from the loop when it is
  /// worth asking again; what does not come in time is given up.
  [[nodiscard]] bool fetch(wire::StreamId stream, const std::function<void()>& done);
  [[nodiscard]] engine::History read(wire::StreamId stream, std::size_t count);
  /// Drops what was loaded of the stream and not read.
  void forget(wire::StreamId stream);

 private:
  [[nodiscard]] bool fetch_of_feed(wire::StreamId stream, std::function<void()> done);

  feed::FeedSource& feed_;
  const std::unique_ptr<StoredBars>& stored_;
  const base::Clock& clock_;
  std::size_t count_;
};

}  // namespace subd::daemon
