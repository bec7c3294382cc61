// Any bytes as a replayed file: rows come out sound or not at all, and a file that was read is read the same again.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "feed/csv_reader.hpp"
#include "feed/replay_row.hpp"

namespace {

using namespace subd;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_sound(const feed::ReplayColumns& columns, const feed::ReplayRow& row) {
  const auto ms = row.time.time_since_epoch().count();
  require(ms >= 0 && ms < 7'258'118'400'000);
  require(std::isfinite(row.open) && std::isfinite(row.high) && std::isfinite(row.close) && row.low > 0);
  require(row.low <= row.open && row.low <= row.close && row.high >= row.open && row.high >= row.close);
  require(std::isfinite(row.volume) && row.volume >= 0);
  require(std::isnan(row.open_interest) || (columns.open_interest && row.open_interest >= 0));
  if (columns.kind == feed::RowKind::Ticks) require(row.low == row.high);
}

/// What the reader makes of the text: a line of its own per row and problem, for comparison.
std::string read(const std::string& text) {
  std::istringstream in{text};
  feed::CsvReader reader{in};
  std::optional<feed::ReplayColumns> columns;
  std::string summary;
  std::size_t line = 0;
  while (true) {
    const feed::CsvOutcome outcome = reader.next();
    if (outcome == feed::CsvOutcome::End) break;
    require(reader.line() > line);
    line = reader.line();
    summary += std::to_string(line);
    if (outcome == feed::CsvOutcome::Malformed) {
      require(!reader.problem().empty());
      summary += reader.problem();
      continue;
    }
    const std::vector<std::string>& fields = reader.fields();
    require(!fields.empty() && fields.size() <= feed::CsvReader::kMostFields);
    if (!columns) {
      const auto found = feed::find_columns(fields);
      if (!found) {
        require(!found.error().message.empty());
        break;
      }
      require(found->count == fields.size() && found->time < found->count && found->close < found->count);
      columns = *found;
      continue;
    }
    const auto row = feed::parse_row(*columns, fields, std::chrono::minutes{330});
    if (!row) {
      require(!row.error().message.empty() && row.error().message.size() < 300);
      summary += row.error().message;
      continue;
    }
    require_sound(*columns, *row);
    summary += 'r';
  }
  require(reader.next() == feed::CsvOutcome::End || !columns);
  // Every line of a stream is looked at once.
  require(line <= static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  return summary;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  require(read(text) == read(text));
  // A field that is quoted for CSV reads back as it was, unless it holds a line end.
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
  quoted += '"';
  std::vector<std::string> fields;
  require(feed::split_csv_line(quoted, fields).empty());
  require(fields.size() == 1 && fields[0] == text);
  return 0;
}
