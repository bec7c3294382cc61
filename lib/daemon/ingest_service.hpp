#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "daemon/market_thread.hpp"
#include "feed/ingest.hpp"
#include "session/ingest_link.hpp"

namespace subd::daemon {

/// Batches of publishers on their way to the market thread.
///
/// Threads: take() from any io thread: text is read there, so that the market thread only applies what is sound.
/// Bound:   kMostWaiting requests with lines wait for the market at a time; the next one is told to come back. Messages
///          are bounded by their connections, which wait for their answers.
class IngestService {
 public:
  static constexpr std::size_t kMostWaiting = 256;

  /// `ingest` is the feed's, null where it takes no published rows.
  IngestService(feed::Ingest* ingest, MarketThread& market, const base::Clock& clock);

  [[nodiscard]] bool is_open() const noexcept { return ingest_ != nullptr; }
  /// `done` is called on any thread, from within or later, at most once. REQUIRES: is_open().
  void take(session::IngestRequest request, std::function<void(session::IngestReply)> done);

 private:
  feed::Ingest* ingest_;
  std::shared_ptr<const feed::IngestRules> rules_;
  MarketThread& market_;
  const base::Clock& clock_;
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace subd::daemon
