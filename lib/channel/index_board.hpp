#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "base/clock.hpp"
#include "market/index_figures.hpp"
#include "market/tick.hpp"

namespace subd::channel {

/// One index and its day up to now.
struct IndexState {
  struct Point {
    base::UtcTime minute;
    double value;  ///< the last one of that minute
  };

  market::IndexFigures figures;
  std::vector<Point> intraday;  ///< of the day (UTC) of the newest value; oldest first, IndexBoard::kMostPoints at most
};

/// The newest values of indices.
///
/// Owner: the market thread.
class IndexBoard {
 public:
  /// A point a minute: the whole day of an exchange, and the newest five hours of one that never closes.
  static constexpr std::size_t kMostPoints = 300;

  /// A value, with the one of the day before where the tick's quote has it.
  void on_tick(const market::Tick& tick);
  /// All that the upstream itself says; unknown figures stay as they were.
  void on_index(const market::IndexFigures& figures);

  /// By InstrumentId.
  [[nodiscard]] const std::map<market::InstrumentId, IndexState>& all() const noexcept { return all_; }
  /// Grows with every change.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

 private:
  static void note_value(IndexState& index, base::UtcTime time, double value);

  std::map<market::InstrumentId, IndexState> all_;
  std::uint64_t version_ = 0;
};

}  // namespace subd::channel
