#include "daemon/service.hpp"

#include <iterator>
#include <utility>

namespace subd::daemon {
namespace {

/// Filled by several threads, each its own place; the last one to finish hands it on.
struct Collection {
  Collection(std::size_t parts, std::function<void(ScrapeFacts)> done) : left{parts}, hand_on{std::move(done)} {}

  void finish() {
    // acquire-release: whoever is last sees what the others wrote.
    if (left.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    for (EngineFacts& engine : facts.engines) {
      facts.market.engine += engine.counters;
      std::move(engine.streams.begin(), engine.streams.end(), std::back_inserter(facts.market.streams));
    }
    hand_on(std::move(facts));
  }

  std::atomic<std::size_t> left;
  std::function<void(ScrapeFacts)> hand_on;
  ScrapeFacts facts;
};

}  // namespace

void gather(Service& service, std::function<void(ScrapeFacts)> done) {
  const std::size_t io_count = service.io_threads.size();
  auto collection = std::make_shared<Collection>(io_count + service.market.engines() + 1, std::move(done));
  collection->facts.version = service.version;
  collection->facts.started_at = service.started_at;
  collection->facts.now = service.clock.utc_now();
  collection->facts.draining = service.draining.load(std::memory_order_relaxed);
  if (service.store != nullptr) {
    collection->facts.store = StoreFacts{service.store->condition(), service.store->counters()};
  }
  const auto figure = [](const std::atomic<std::uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
  if (service.keys != nullptr) {
    const KeyRefresh::Counters& keys = service.keys->counters();
    collection->facts.keys = KeyFacts{figure(keys.read), figure(keys.failed), figure(keys.keys)};
  }
  const SignalCounters& signals = service.signals;
  collection->facts.signals = {figure(signals.stored),       figure(signals.duplicates), figure(signals.conflicts),
                               figure(signals.failed),       figure(signals.writes),     figure(signals.polls),
                               figure(signals.tier_queries), figure(signals.tiers_read)};
  collection->facts.io.resize(io_count);
  collection->facts.engines.resize(service.market.engines());
  service.market.post([collection](Market& market) {
    collection->facts.market = market_facts(market);
    collection->finish();
  });
  service.market.ask_each([collection, &clock = service.clock](std::size_t number, engine::Engine& engine) {
    collection->facts.engines[number] = engine_facts(engine, clock);
    collection->finish();
  });
  for (std::size_t i = 0; i < io_count; ++i) {
    server::IoThread* io = service.io_threads[i].get();
    io->post([collection, io, i] {
      collection->facts.io[i] = {io->counters(), io->hub().counts()};
      collection->finish();
    });
  }
}

}  // namespace subd::daemon
