#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "market/bar.hpp"
#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"
#include "market/quote.hpp"
#include "market/tick.hpp"
#include "market/timeframe.hpp"

/// What a publisher sends: text -> checked rows. Pure but for the clock that is handed in; subd-protocol(7) has the
/// shape.
namespace subd::feed {

struct IngestTick {
  market::Tick tick;                   ///< tick.quote is null
  std::optional<market::Quote> quote;  ///< nullopt where the row has nothing beside price and time
};

struct IngestBar {
  market::InstrumentId instrument{};
  market::Timeframe timeframe{};
  market::Bar bar;
};

struct IngestRow {
  std::size_t number = 0;  ///< in its list, from 0; of lines from 1
  std::variant<IngestTick, IngestBar> content;
};

/// A row that is left out: `ticks[3]` or `line 4`, the field, its value as sent and what is allowed.
struct IngestProblem {
  std::string row;
  std::string field;
  std::string value;
  std::string allowed;
};

/// All are counted, the first of them are told.
class IngestProblems {
 public:
  static constexpr std::size_t kShown = 20;

  void add(IngestProblem problem) {
    ++count_;
    if (shown_.size() < kShown) shown_.push_back(std::move(problem));
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] const std::vector<IngestProblem>& shown() const noexcept { return shown_; }

 private:
  std::size_t count_ = 0;
  std::vector<IngestProblem> shown_;
};

/// Who sends and where in their numbering a batch stands.
struct IngestHead {
  std::string publisher;             ///< empty: the user's only one
  std::string epoch;                 ///< another one starts the numbering anew
  std::optional<std::uint64_t> seq;  ///< nullopt: not numbered
};

struct IngestBatch {
  IngestHead head;
  bool is_lines = false;  ///< else lists `ticks` and `bars`
  std::vector<IngestRow> rows;
  IngestProblems problems;

  [[nodiscard]] std::string row_name(const IngestRow& row) const;
};

/// A batch that cannot be read at all: the field, the value and what is allowed.
struct IngestError {
  std::string message;
};

/// What rows are checked against.
///
/// Threads: any; nothing changes after construction. `calendars` outlive it.
class IngestRules {
 public:
  static constexpr std::size_t kNameLimitBytes = 64;
  static constexpr std::size_t kDepthLevels = market::Quote::kDepth;

  /// A time may be `max_ahead` after the clock. `served`, by InstrumentId, are those that are published here; empty:
  /// all.
  IngestRules(std::shared_ptr<const market::InstrumentTable> instruments, const market::CalendarSet& calendars,
              std::chrono::milliseconds max_ahead, std::vector<bool> served = {});

  [[nodiscard]] const market::InstrumentTable& instruments() const noexcept { return *instruments_; }
  [[nodiscard]] std::optional<market::InstrumentId> find_token(std::uint32_t token) const noexcept;
  [[nodiscard]] bool serves(market::InstrumentId instrument) const noexcept {
    return served_.empty() || served_[static_cast<std::size_t>(instrument)];
  }
  [[nodiscard]] const market::TradingCalendar& calendar(market::InstrumentId instrument) const noexcept {
    return calendars_.of((*instruments_)[instrument].exchange);
  }
  [[nodiscard]] std::chrono::milliseconds max_ahead() const noexcept { return max_ahead_; }

 private:
  std::shared_ptr<const market::InstrumentTable> instruments_;
  const market::CalendarSet& calendars_;
  std::chrono::milliseconds max_ahead_;
  std::vector<bool> served_;
  std::unordered_map<std::uint32_t, market::InstrumentId> by_token_;
};

/// `{"type":"ticks","publisher":..,"epoch":..,"seq":N,"ticks":[..],"bars":[..]}`
[[nodiscard]] base::Result<IngestBatch, IngestError> parse_ingest_message(std::string_view text,
                                                                          const IngestRules& rules, base::UtcTime now);

/// One JSON object a line: a bar where it has a `timeframe`, else a tick. Blank lines are skipped.
[[nodiscard]] base::Result<IngestBatch, IngestError> parse_ingest_lines(std::string_view text, IngestHead head,
                                                                        const IngestRules& rules, base::UtcTime now);

/// Notes what is wrong with the texts of a head; nullopt when nothing is.
[[nodiscard]] std::optional<IngestError> find_problem(const IngestHead& head);

}  // namespace subd::feed
