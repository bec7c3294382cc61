#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "feed/csv_reader.hpp"
#include "feed/replay_row.hpp"
#include "market/trading_calendar.hpp"

namespace subd::feed {

/// The rows of a replayed file, in order of time. Rows that make no sense are left out: the first of them are logged
/// with their line, all are counted.
///
/// Owner: ReplayFeed; one thread. Rows are read when they are asked for; the file is never in memory as a whole.
class ReplayFile {
 public:
  static constexpr std::uint64_t kBadRowsShown = 20;

  enum class Reports : std::uint8_t { Logged, Silent };

  /// Reads the header. Throws SpecificationError when the file cannot be read or lacks a column. Times that
  /// name no offset are those of the exchange's clock; Silent keeps bad rows out of the log.
  ReplayFile(std::string path, const market::TradingCalendar& calendar, Reports reports = Reports::Logged);

  /// The next good row; nullopt at the end of the file.
  [[nodiscard]] std::optional<ReplayRow> next();

  /// Leaves out the row that next() returned last, for a reason that only the caller sees.
  void reject(std::string_view reason);

  /// Back to the first row. Bad rows of another pass are neither logged nor counted again.
  /// False when the file cannot be read again.
  bool rewind();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const ReplayColumns& columns() const noexcept { return columns_; }
  [[nodiscard]] std::uint64_t bad_rows() const noexcept { return bad_rows_; }

 private:
  std::string path_;
  const market::TradingCalendar& calendar_;
  std::chrono::minutes offset_;  // of the newest row
  Reports reports_;
  std::ifstream in_;
  std::optional<CsvReader> reader_;
  ReplayColumns columns_;
  std::uint64_t bad_rows_ = 0;
  bool first_pass_ = true;
};

}  // namespace subd::feed
