#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace subd::subctl {

enum class Align : std::uint8_t { Left, Right };

struct Column {
  std::string title;
  Align align = Align::Left;
  bool shrinks = false;  ///< may be cut where the terminal is too narrow
};

/// How a table is drawn: as wide as it is and without colours, unless there is a terminal.
struct TableStyle {
  std::size_t width = 0;  ///< columns of the terminal; 0 = no limit
  bool bold_titles = false;
};

/// Rows under titles, two spaces between the columns, no trailing space.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_{std::move(columns)} {}

  /// As many cells as columns.
  void add(std::vector<std::string> cells);
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

  /// Titles and rows, without line ends.
  [[nodiscard]] std::vector<std::string> lines(const TableStyle& style = {}) const;
  /// The same as one text; every line is ended.
  [[nodiscard]] std::string text(const TableStyle& style = {}) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t limit) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Names and values below each other, the values aligned.
[[nodiscard]] std::string facts_text(const std::vector<std::pair<std::string, std::string>>& facts);

}  // namespace subd::subctl
