#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace subd::feed {

enum class CsvOutcome : std::uint8_t {
  Row,        ///< the next row is in fields()
  Malformed,  ///< the line is no row, problem() says why; reading goes on with the next line
  End,
};

/// Splits comma-separated text into rows: RFC 4180, with the departure that a row is one line, so that a stray quote
/// costs one row and not the rest of the file. Takes LF and CRLF, skips blank lines and a byte order mark, and trims
/// spaces and tabs around fields that are not quoted.
///
/// Owner:  one thread; `in` must outlive the reader. Reads forward only, and keeps one line at a time.
/// Errors: never throws for content; a read error of `in` is End.
class CsvReader {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{64} * 1024;
  static constexpr std::size_t kMostFields = 256;

  explicit CsvReader(std::istream& in) : in_{in}, buffer_(kLongestLine + 1) {}

  CsvOutcome next();

  /// Of the row that next() returned; valid until the next call.
  [[nodiscard]] const std::vector<std::string>& fields() const noexcept { return fields_; }
  [[nodiscard]] std::string_view problem() const noexcept { return problem_; }
  /// Number of the line that next() looked at last, from 1.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }

 private:
  enum class LineOutcome : std::uint8_t { Line, TooLong, End };
  LineOutcome read_line();

  std::istream& in_;
  std::vector<char> buffer_;
  std::string_view text_;  // the line, in buffer_
  std::vector<std::string> fields_;
  std::string_view problem_;
  std::size_t line_ = 0;
};

/// Splits one line, without its end, into `fields`; empty when that went well, else what is wrong with the line.
[[nodiscard]] std::string_view split_csv_line(std::string_view line, std::vector<std::string>& fields);

/// Text of a file as a message may show it: quoted, printable, and short whatever the file holds.
[[nodiscard]] std::string shown_field(std::string_view text);

}  // namespace subd::feed
