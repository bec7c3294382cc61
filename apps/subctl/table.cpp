#include "subctl/table.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "subctl/display.hpp"

namespace subd::subctl {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  ///< what stays readable of a column that shrinks

void append_cell(std::string& line, const std::string& cell, std::size_t width, Align align) {
  const std::string shown = clipped(cell, width);
  const std::string padding(width - display_width(shown), ' ');
  line += align == Align::Right ? padding + shown : shown + padding;
}

std::string row_line(const std::vector<Column>& columns, const std::vector<std::string>& cells,
                     const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0) line.append(kGap, ' ');
    append_cell(line, cells[at], widths[at], columns[at].align);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths(std::size_t limit) const {
  std::vector<std::size_t> widths;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    std::size_t width = display_width(columns_[at].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[at]));
    widths.push_back(width);
  }
  if (limit == 0) return widths;
  const std::size_t gaps = kGap * (columns_.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > limit) {
    // The widest column gives first, so that several end up alike.
    std::size_t* widest = nullptr;
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      if (!columns_[at].shrinks || widths[at] <= kNarrowest) continue;
      if (widest == nullptr || widths[at] > *widest) widest = &widths[at];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  return widths;
}

std::vector<std::string> Table::lines(const TableStyle& style) const {
  const std::vector<std::size_t> column_widths = widths(style.width);
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  std::vector<std::string> lines;
  const std::string title_line = row_line(columns_, titles, column_widths);
  lines.push_back(style.bold_titles ? "\x1b[1m" + title_line + "\x1b[0m" : title_line);
  for (const auto& row : rows_) lines.push_back(row_line(columns_, row, column_widths));
  return lines;
}

std::string Table::text(const TableStyle& style) const {
  std::string text;
  for (const std::string& line : lines(style)) text += line + "\n";
  return text;
}

std::string facts_text(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::size_t width = 0;
  for (const auto& [name, value] : facts) width = std::max(width, display_width(name));
  std::string text;
  for (const auto& [name, value] : facts) {
    text += name + std::string(width - display_width(name) + kGap, ' ') + value + "\n";
  }
  return text;
}

}  // namespace subd::subctl
