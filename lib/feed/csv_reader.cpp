#include "feed/csv_reader.hpp"

#include <algorithm>
#include <limits>

namespace subd::feed {
namespace {

constexpr std::string_view kBlank = " \t";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Takes a quoted field off the front of `rest`, which starts at its quote; false when the quote is never closed.
bool take_quoted(std::string_view& rest, std::string& field) {
  field.clear();
  rest.remove_prefix(1);
  while (true) {
    const auto quote = rest.find('"');
    if (quote == std::string_view::npos) return false;
    field.append(rest.substr(0, quote));
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) return true;
    field += '"';
    rest.remove_prefix(1);
  }
}

}  // namespace

std::string_view split_csv_line(std::string_view line, std::vector<std::string>& fields) {
  std::size_t count = 0;
  std::string_view rest = line;
  while (true) {
    if (count == CsvReader::kMostFields) return "more than 256 fields";
    if (count == fields.size()) fields.emplace_back();
    std::string& field = fields[count++];
    const auto start = rest.find_first_not_of(kBlank);
    if (start != std::string_view::npos && rest[start] == '"') {
      rest.remove_prefix(start);
      if (!take_quoted(rest, field)) return "a quote that is not closed on its line";
      const auto after = rest.find_first_not_of(kBlank);
      if (after == std::string_view::npos) break;
      if (rest[after] != ',') return "text behind a closing quote";
      rest.remove_prefix(after + 1);
      continue;
    }
    const auto comma = rest.find(',');
    field = trimmed(rest.substr(0, comma));
    if (field.find('"') != std::string::npos) return "a quote inside a field that is not quoted";
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  fields.resize(count);
  return {};
}

std::string shown_field(std::string_view text) {
  constexpr std::size_t kLongestShown = 40;
  std::string out = "'" + std::string{text.substr(0, kLongestShown)};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out += text.size() > kLongestShown ? "...'" : "'";
}

CsvReader::LineOutcome CsvReader::read_line() {
  in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  const auto taken = static_cast<std::size_t>(in_.gcount());
  const bool too_long = in_.fail() && taken == buffer_.size() - 1;
  if (in_.bad() || (in_.fail() && !too_long)) return LineOutcome::End;
  ++line_;
  if (too_long) {
    in_.clear(in_.rdstate() & ~std::ios::failbit);
    in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    return LineOutcome::TooLong;
  }
  text_ = {buffer_.data(), in_.eof() ? taken : taken - 1};
  if (line_ == 1 && text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  if (text_.ends_with('\r')) text_.remove_suffix(1);
  return LineOutcome::Line;
}

CsvOutcome CsvReader::next() {
  while (true) {
    const LineOutcome outcome = read_line();
    if (outcome == LineOutcome::End) return CsvOutcome::End;
    if (outcome == LineOutcome::TooLong) {
      problem_ = "a line of more than 64 KiB";
      return CsvOutcome::Malformed;
    }
    if (trimmed(text_).empty()) continue;
    problem_ = split_csv_line(text_, fields_);
    return problem_.empty() ? CsvOutcome::Row : CsvOutcome::Malformed;
  }
}

}  // namespace subd::feed
