#include "feed/replay_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "feed/csv_header.hpp"
#include "feed/csv_reader.hpp"

namespace subd::feed {
namespace {

using Error = ReplayRowError;

constexpr std::string_view kMilliseconds = "ts_ms";
constexpr base::UtcTime kFirstTime{};
constexpr base::UtcTime kEndOfTime{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};

/// Reads the fields of one row; the first error sticks.
class Fields {
 public:
  explicit Fields(std::span<const std::string> fields) noexcept : fields_{fields} {}

  double price(std::string_view name, std::size_t column) {
    const auto value = base::parse_number(fields_[column]);
    if (!value || *value <= 0)
      fail(fmt::format("{} must be a number above 0, got {}", name, shown_field(fields_[column])));
    return value.value_or(1);
  }

  double amount(std::string_view name, std::optional<std::size_t> column, double absent) {
    if (!column || fields_[*column].empty()) return absent;
    const auto value = base::parse_number(fields_[*column]);
    if (!value || *value < 0)
      fail(fmt::format("{} must be a number from 0, got {}", name, shown_field(fields_[*column])));
    return value.value_or(absent);
  }

  base::UtcTime time(const ReplayColumns& columns, std::chrono::minutes default_offset) {
    const std::string& text = fields_[columns.time];
    std::optional<base::UtcTime> value;
    if (!columns.time_in_ms) {
      value = base::parse_time(text, default_offset);
    } else if (const auto ms = base::parse_integer(text)) {
      value = base::UtcTime{std::chrono::milliseconds{*ms}};
    }
    if (!value) {
      fail(fmt::format("time must be {}, got {}", columns.time_in_ms ? "milliseconds since 1970" : "ISO 8601",
                       shown_field(text)));
    } else if (*value < kFirstTime || *value >= kEndOfTime) {
      fail(fmt::format("time must be from 1970 to 2199, got {}", shown_field(text)));
    }
    return value.value_or(kFirstTime);
  }

  void fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
  }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  std::span<const std::string> fields_;
  std::string error_;
};

}  // namespace

base::Result<ReplayColumns, ReplayRowError> find_columns(std::span<const std::string> names) {
  const CsvHeader header{names};
  ReplayColumns out;
  out.count = names.size();

  const auto time = header.find({kMilliseconds, "timestamp", "datetime", "time", "date"});
  if (!time) {
    return Error{
        fmt::format("no column for the time: ts_ms, timestamp, datetime, time or date; there are {}", header.list())};
  }
  out.time = *time;
  out.time_in_ms = header.name(*time) == kMilliseconds;
  std::vector<std::size_t> used{*time};

  const auto price = header.find({"price", "last_price"});
  std::string missing;
  const auto need = [&](std::string_view name, std::size_t& column) {
    if (const auto found = header.find({name})) {
      column = *found;
      used.push_back(column);
    } else {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
    }
  };
  need("open", out.open);
  need("high", out.high);
  need("low", out.low);
  need("close", out.close);
  if (!missing.empty()) {
    if (!price) {
      return Error{
          fmt::format("no column {}; bars need open, high, low and close, ticks need price or last_price; "
                      "there are {}",
                      missing, header.list())};
    }
    out.kind = RowKind::Ticks;
    out.close = *price;
    used = {*time, *price};
  }
  out.volume = out.kind == RowKind::Ticks ? header.find({"size", "volume"}) : header.find({"volume"});
  out.open_interest = header.find({"oi"});
  if (out.volume) used.push_back(*out.volume);
  if (out.open_interest) used.push_back(*out.open_interest);
  for (const std::size_t column : used) {
    if (header.is_twice(column)) return Error{fmt::format("column {} is there more than once", header.name(column))};
  }
  return out;
}

base::Result<ReplayRow, ReplayRowError> parse_row(const ReplayColumns& columns, std::span<const std::string> fields,
                                                  std::chrono::minutes default_offset) {
  if (fields.size() != columns.count) {
    return Error{fmt::format("{} fields where the header has {}", fields.size(), columns.count)};
  }
  Fields in{fields};
  ReplayRow row;
  row.time = in.time(columns, default_offset);
  if (columns.kind == RowKind::Bars) {
    row.open = in.price("open", columns.open);
    row.high = in.price("high", columns.high);
    row.low = in.price("low", columns.low);
    row.close = in.price("close", columns.close);
  } else {
    row.open = row.high = row.low = row.close = in.price("price", columns.close);
  }
  row.volume = in.amount("volume", columns.volume, 0);
  row.open_interest = in.amount("oi", columns.open_interest, row.open_interest);
  if (in.error().empty() && row.low > std::min(row.open, row.close)) {
    in.fail(fmt::format("low {} is above the open or the close", base::number_text(row.low)));
  }
  if (in.error().empty() && row.high < std::max(row.open, row.close)) {
    in.fail(fmt::format("high {} is below the open or the close", base::number_text(row.high)));
  }
  if (!in.error().empty()) return Error{in.error()};
  return row;
}

base::Result<ReplayRow, ReplayRowError> parse_row(const ReplayColumns& columns, std::span<const std::string> fields,
                                                  const market::TradingCalendar& calendar,
                                                  std::chrono::minutes& offset) {
  auto row = parse_row(columns, fields, offset);
  if (!row || calendar.offset_at(row->time) == offset) return row;
  offset = calendar.offset_at(row->time);
  return parse_row(columns, fields, offset);
}

}  // namespace subd::feed
