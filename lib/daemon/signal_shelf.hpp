#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/signal_store.hpp"
#include "wire/signal.hpp"

namespace subd::daemon {

/// Stored signals in order, the newest of them in memory: whoever missed little is served without the database, and
/// everybody with the same bytes.
///
/// Bound:  `kept` signals, and kKeptBytes of their messages.
/// Owner:  SignalDesk; the store thread.
/// Errors: as store::SignalStore.
class SignalShelf {
 public:
  static constexpr std::size_t kKeptBytes = std::size_t{16} << 20;

  explicit SignalShelf(std::size_t kept) noexcept : kept_{kept} {}

  /// Reads the newest; again: does nothing. Every other member REQUIRES that it succeeded once.
  [[nodiscard]] store::Result<void> load(store::Database& database);
  /// Takes in what was just stored and makes it ready to be sent.
  [[nodiscard]] std::vector<wire::SignalPtr> add(std::span<const store::StoredSignal> stored);

  /// nullopt when there is no such signal.
  [[nodiscard]] store::Result<std::optional<std::uint64_t>> position_of(store::Database& database,
                                                                        std::string_view id) const;
  /// The oldest `limit` beyond the position, oldest first; without `premium` those that are not.
  [[nodiscard]] store::Result<std::vector<wire::SignalPtr>> after(store::Database& database, std::uint64_t position,
                                                                  bool premium, std::size_t limit) const;
  /// The newest `limit`, oldest first.
  [[nodiscard]] store::Result<std::vector<wire::SignalPtr>> newest(store::Database& database, bool premium,
                                                                   std::size_t limit) const;

 private:
  void keep(wire::SignalPtr signal);

  std::size_t kept_;
  std::size_t bytes_ = 0;
  bool loaded_ = false;
  bool has_all_ = false;  ///< nothing is stored that is not in memory
  std::deque<wire::SignalPtr> recent_;
};

}  // namespace subd::daemon
