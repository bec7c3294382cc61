#include "feed/csv_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace subd::feed {

CsvHeader::CsvHeader(std::span<const std::string> names) : names_{names.begin(), names.end()} {
  for (std::string& name : names_) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  }
}

std::optional<std::size_t> CsvHeader::find(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    const auto it = std::find(names_.begin(), names_.end(), name);
    if (it != names_.end()) return static_cast<std::size_t>(it - names_.begin());
  }
  return std::nullopt;
}

bool CsvHeader::is_twice(std::size_t column) const {
  return std::count(names_.begin(), names_.end(), names_[column]) > 1;
}

std::string CsvHeader::list() const {
  constexpr std::size_t kLongest = 200;
  std::string out = fmt::format("{}", fmt::join(names_, ", "));
  const bool cut = out.size() > kLongest;
  out.resize(std::min(out.size(), kLongest));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return cut ? out + "..." : out;
}

}  // namespace subd::feed
