#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"
#include "store/closed_bar.hpp"
#include "store/database.hpp"
#include "store/retention.hpp"

namespace subd::store {

/// How the store is, for people and for readiness.
enum class Condition : std::uint8_t {
  Working,
  Full,     ///< no space left; tried again every second
  Failed,   ///< cannot be opened or written for another reason; tried again every second
  Corrupt,  ///< the file is damaged; it is left as it is and nothing is read or written until a restart
};

/// `working`, `disk full`, `failed`, `corrupt`.
[[nodiscard]] std::string_view condition_name(Condition condition) noexcept;

struct Settings {
  std::filesystem::path file;
  /// Names the market whose bars are recorded, see StreamKey::source.
  std::string source;
  std::shared_ptr<const market::InstrumentTable> instruments;
  Retention retention;
  std::size_t max_queued_bars = 200'000;
  const market::CalendarSet* calendars = &market::builtin_calendars();  ///< outlive the store
};

/// Totals since the start, and the levels of now.
struct Counters {
  std::uint64_t written = 0;             ///< bars
  std::uint64_t batches = 0;             ///< transactions that wrote them
  std::uint64_t write_microseconds = 0;  ///< that those took together
  std::uint64_t slowest_microseconds = 0;
  std::uint64_t dropped = 0;  ///< bars lost because the disk did not follow, or to a corrupt file
  std::uint64_t pruned = 0;   ///< bars that grew too old
  std::uint64_t gaps = 0;     ///< noted
  std::size_t queued = 0;     ///< bars that wait to be written
};

/// The store thread: the one owner of the database.
///
/// Threads: constructed, started and stopped by one thread. record() from one thread, the market's; post() and the
///          figures from any. Nobody ever waits for the disk but the store thread.
/// Promise: a bar is committed within kWriteInterval of record() plus the time of one write, so that `kill -9` at any
///          moment costs the bars of the last second at most, and never the file. While the disk does not follow, up to
///          max_queued_bars wait in the queue and as many in the batch in hand; beyond, the oldest are dropped,
///          counted, and noted as gaps of their streams.
/// Order:   a task sees every bar that was recorded before it was posted.
/// Errors:  the constructor throws std::runtime_error for a file of a newer schema, which no waiting repairs.
///          Everything else is a Condition and a line in the log, and the data plane goes on.
class Store {
 public:
  static constexpr std::chrono::milliseconds kWriteInterval{100};

  Store(Settings settings, const base::Clock& clock);
  /// As stop().
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  void start();
  /// Writes what is recorded, runs what is posted, and ends the thread.
  void stop();

  /// Hands bars over; neither waits nor fails.
  void record(std::vector<ClosedBar> bars);

  /// Runs `task` on the store thread with the database, or with null while there is none that works. After stop() it is
  /// dropped.
  void post(std::function<void(Database*)> task);

  /// From a task: what it was to write could not be written. The condition shows it until a write succeeds again, which
  /// is tried every second.
  void report(const StoreError& error);

  [[nodiscard]] Condition condition() const noexcept;
  [[nodiscard]] Counters counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace subd::store
