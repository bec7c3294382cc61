#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace subd::feed {

/// The first row of a CSV file: where each column is, by name, whatever its case.
class CsvHeader {
 public:
  explicit CsvHeader(std::span<const std::string> names);

  /// The first of `names` that there is.
  [[nodiscard]] std::optional<std::size_t> find(std::initializer_list<std::string_view> names) const;

  [[nodiscard]] bool is_twice(std::size_t column) const;
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  /// In lower case.
  [[nodiscard]] const std::string& name(std::size_t column) const { return names_[column]; }
  /// All names as a message may show them: printable, and short whatever the file holds.
  [[nodiscard]] std::string list() const;

 private:
  std::vector<std::string> names_;
};

}  // namespace subd::feed
