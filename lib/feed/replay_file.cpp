#include "feed/replay_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "feed/specification.hpp"

namespace subd::feed {

ReplayFile::ReplayFile(std::string path, const market::TradingCalendar& calendar, Reports reports)
    : path_{std::move(path)}, calendar_{calendar}, offset_{calendar.offset_at({})}, reports_{reports} {
  std::error_code error;
  if (std::filesystem::is_directory(path_, error)) {
    throw SpecificationError(fmt::format("feed: replay: {} is a directory; a CSV file is needed", path_));
  }
  in_.open(path_, std::ios::binary);
  if (!in_) {
    throw SpecificationError(
        fmt::format("feed: replay: cannot read {}: {}", path_, std::generic_category().message(errno)));
  }
  reader_.emplace(in_);
  const CsvOutcome outcome = reader_->next();
  if (outcome == CsvOutcome::End) {
    throw SpecificationError(fmt::format("feed: replay: {} is empty; a CSV file with a header is needed", path_));
  }
  if (outcome == CsvOutcome::Malformed) {
    throw SpecificationError(
        fmt::format("feed: replay: {}:{}: the header has {}", path_, reader_->line(), reader_->problem()));
  }
  const auto columns = find_columns(reader_->fields());
  if (!columns) throw SpecificationError(fmt::format("feed: replay: {}: {}", path_, columns.error().message));
  columns_ = *columns;
}

std::optional<ReplayRow> ReplayFile::next() {
  while (true) {
    switch (reader_->next()) {
      case CsvOutcome::End:
        return std::nullopt;
      case CsvOutcome::Malformed:
        reject(reader_->problem());
        break;
      case CsvOutcome::Row: {
        const auto row = parse_row(columns_, reader_->fields(), calendar_, offset_);
        if (row) return *row;
        reject(row.error().message);
        break;
      }
    }
  }
}

void ReplayFile::reject(std::string_view reason) {
  if (!first_pass_) return;
  ++bad_rows_;
  if (reports_ == Reports::Silent || bad_rows_ > kBadRowsShown) return;
  base::log::warn("replay", bad_rows_ < kBadRowsShown ? "row left out" : "row left out; further ones are only counted",
                  {{"file", path_}, {"line", reader_->line()}, {"reason", reason}});
}

bool ReplayFile::rewind() {
  first_pass_ = false;
  in_.clear();
  in_.seekg(0);
  if (!in_) return false;
  reader_.emplace(in_);
  return reader_->next() == CsvOutcome::Row;  // the header
}

}  // namespace subd::feed
