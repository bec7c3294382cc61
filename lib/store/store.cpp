#include "store/store.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "store/bar_queue.hpp"
#include "store/pruner.hpp"
#include "store/recorder.hpp"
#include "store/task_queue.hpp"

namespace subd::store {
namespace {

namespace log = base::log;

/// Bars of one transaction at most: half a megabyte of them, some ten milliseconds of work.
constexpr std::size_t kBarsPerWrite = 10'000;
constexpr std::chrono::seconds kRetryInterval{1};
constexpr std::chrono::minutes kPruneInterval{1};
/// Between two lines of the log about lost bars.
constexpr std::chrono::seconds kLossLineInterval{10};
/// Of a turn that has nothing better to do.
constexpr std::chrono::milliseconds kPruneTime{20};

Condition condition_of(StoreError::Kind kind) noexcept {
  switch (kind) {
    case StoreError::Kind::Full:
      return Condition::Full;
    case StoreError::Kind::Corrupt:
    case StoreError::Kind::Newer:
      return Condition::Corrupt;
    case StoreError::Kind::Failed:
      break;
  }
  return Condition::Failed;
}

}  // namespace

std::string_view condition_name(Condition condition) noexcept {
  switch (condition) {
    case Condition::Working:
      return "working";
    case Condition::Full:
      return "disk full";
    case Condition::Failed:
      return "failed";
    case Condition::Corrupt:
      break;
  }
  return "corrupt";
}

struct Store::State {
  State(Settings given, const base::Clock& the_clock)
      : clock{the_clock},
        settings{std::move(given)},
        queue{settings.max_queued_bars},
        recorder{settings.source, settings.instruments, *settings.calendars},
        pruner{settings.source, settings.retention} {
    open();
  }

  void open() {
    auto opened = Database::open(settings.file);
    if (opened) {
      database.emplace(std::move(*opened));
    } else if (opened.error().kind == StoreError::Kind::Newer) {
      throw std::runtime_error{opened.error().message};
    } else {
      fail(opened.error());
    }
  }

  void fail(const StoreError& error) {
    const Condition now = condition_of(error.kind);
    next_try = clock.mono_now() + kRetryInterval;
    if (condition.exchange(now, std::memory_order_relaxed) == now) return;
    log::error("store", "the store cannot be used; streaming goes on without it",
               {{"condition", condition_name(now)}, {"reason", error.message}});
    if (now == Condition::Corrupt) database.reset();
  }

  void recover() {
    if (condition.exchange(Condition::Working, std::memory_order_relaxed) == Condition::Working) return;
    log::info("store", "the store works again", {{"file", settings.file.string()}});
  }

  [[nodiscard]] bool is_corrupt() const { return condition.load(std::memory_order_relaxed) == Condition::Corrupt; }

  void run() {
    if (database) {
      if (const auto error = database->check()) fail(*error);
    }
    while (!ending.load(std::memory_order_acquire)) {
      tasks.wait(kWriteInterval);
      turn();
    }
    turn();
    database.reset();
  }

  /// Bars first: what was posted after them sees them.
  void turn() {
    std::vector<TaskQueue::Task> due = tasks.take();
    if (clock.mono_now() >= next_try || is_corrupt() || ending.load(std::memory_order_relaxed)) {
      if (!database && !is_corrupt()) reopen();
      write_bars();
    }
    for (const TaskQueue::Task& task : due) task(database && !is_corrupt() ? &*database : nullptr);
    if (due.empty() && pending.empty()) prune();
  }

  void reopen() {
    auto opened = Database::open(settings.file);
    if (!opened) return fail(opened.error());
    database.emplace(std::move(*opened));
    recover();
  }

  void write_bars() {
    take_bars();
    if (is_corrupt()) return lose(pending.size());
    if (database && pending.empty() && condition.load(std::memory_order_relaxed) != Condition::Working) probe();
    while (database && !pending.empty()) {
      const std::span<const ClosedBar> batch{pending.data(), std::min(pending.size(), kBarsPerWrite)};
      const base::MonoTime begun = clock.mono_now();
      const auto written = recorder.write(*database, batch);
      if (!written) {
        fail(written.error());
        break;
      }
      count(*written, clock.mono_now() - begun);
      pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(batch.size()));
      recover();
    }
    if (is_corrupt()) return lose(pending.size());
    if (pending.size() > settings.max_queued_bars) lose(pending.size() - settings.max_queued_bars);
    in_hand.store(pending.size(), std::memory_order_relaxed);
  }

  void count(const Recorder::Written& written, base::MonoTime::duration took) {
    const auto microseconds =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    bars.fetch_add(written.bars, std::memory_order_relaxed);
    gaps.fetch_add(written.gaps, std::memory_order_relaxed);
    batches.fetch_add(1, std::memory_order_relaxed);
    write_time.fetch_add(microseconds, std::memory_order_relaxed);
    if (microseconds > slowest.load(std::memory_order_relaxed)) slowest.store(microseconds, std::memory_order_relaxed);
  }

  /// A trouble that nothing waits for ends when a transaction that writes nothing succeeds.
  void probe() {
    const auto written = database->write(Durability::Process, [](SQLite::Database&) {});
    if (written) return recover();
    fail(written.error());
  }

  /// What the queue drops is older than what is left in it and newer than what is in hand.
  void take_bars() {
    const std::size_t first = pending.size();
    const std::uint64_t dropped = queue.dropped();
    queue.take(pending);
    if (queue.dropped() != losses_seen) {
      ++losses;
      if (const base::MonoTime now = clock.mono_now(); now >= next_loss_line) {
        next_loss_line = now + kLossLineInterval;
        log::warn("store", "bars were dropped: the disk does not follow", {{"total", queue.dropped()}});
      }
    }
    // As it was before: what was dropped while the bars were taken shows again the next time, so that bars on both
    // sides of it count a loss.
    losses_seen = dropped;
    for (std::size_t i = first; i < pending.size(); ++i) pending[i].losses = losses;
  }

  /// Drops the oldest bars in hand.
  void lose(std::size_t number) {
    if (number > 0) {
      pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(number));
      ++losses;
      for (ClosedBar& bar : pending) bar.losses = losses;
      lost.fetch_add(number, std::memory_order_relaxed);
    }
    in_hand.store(pending.size(), std::memory_order_relaxed);
  }

  void prune() {
    const base::MonoTime now = clock.mono_now();
    if (pruner.is_idle()) {
      if (now < next_prune) return;
      next_prune = now + kPruneInterval;
      pruner.start_round();
    }
    if (!database || condition.load(std::memory_order_relaxed) != Condition::Working) return;
    while (!pruner.is_idle() && clock.mono_now() - now < kPruneTime) {
      const auto step = pruner.step(*database);
      if (!step) return fail(step.error());
      pruned.fetch_add(*step, std::memory_order_relaxed);
    }
  }

  const base::Clock& clock;
  const Settings settings;
  BarQueue queue;
  TaskQueue tasks;
  std::atomic<bool> ending{false};
  std::atomic<Condition> condition{Condition::Working};
  std::atomic<std::uint64_t> bars{0};
  std::atomic<std::uint64_t> batches{0};
  std::atomic<std::uint64_t> write_time{0};
  std::atomic<std::uint64_t> slowest{0};
  std::atomic<std::uint64_t> lost{0};
  std::atomic<std::uint64_t> pruned{0};
  std::atomic<std::uint64_t> gaps{0};
  std::atomic<std::size_t> in_hand{0};
  std::thread thread;

  // Of the store thread, once it runs.
  std::optional<Database> database;
  Recorder recorder;
  Pruner pruner;
  std::vector<ClosedBar> pending;  // taken from the queue, not yet written
  std::uint64_t losses = 0;        // how often bars were lost
  std::uint64_t losses_seen = 0;   // of queue.dropped()
  base::MonoTime next_try{};
  base::MonoTime next_prune{};
  base::MonoTime next_loss_line{};
};

Store::Store(Settings settings, const base::Clock& clock)
    : state_{std::make_unique<State>(std::move(settings), clock)} {}

Store::~Store() {
  stop();
}

void Store::start() {
  state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

void Store::stop() {
  if (!state_->thread.joinable()) return;
  state_->ending.store(true, std::memory_order_release);
  state_->tasks.wake();
  state_->thread.join();
}

void Store::record(std::vector<ClosedBar> bars) {
  state_->queue.push(std::move(bars));
}

void Store::post(std::function<void(Database*)> task) {
  state_->tasks.push(std::move(task));
}

void Store::report(const StoreError& error) {
  state_->fail(error);
}

Condition Store::condition() const noexcept {
  return state_->condition.load(std::memory_order_relaxed);
}

Counters Store::counters() const noexcept {
  const State& state = *state_;
  const auto value = [](const auto& figure) { return figure.load(std::memory_order_relaxed); };
  return {.written = value(state.bars),
          .batches = value(state.batches),
          .write_microseconds = value(state.write_time),
          .slowest_microseconds = value(state.slowest),
          .dropped = value(state.lost) + state.queue.dropped(),
          .pruned = value(state.pruned),
          .gaps = value(state.gaps),
          .queued = value(state.in_hand) + state.queue.size()};
}

}  // namespace subd::store
