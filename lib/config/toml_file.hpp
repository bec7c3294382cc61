#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/diagnostic.hpp"
#include "config/exchange_table.hpp"
#include "config/value.hpp"

namespace subd::config {

/// A value of a TOML text that stands in a known place, and where.
struct Entry {
  const Key* key = nullptr;
  RawValue value;
  std::string source;  ///< `subd.toml:3:10`
};

/// What a TOML text holds. Entries keep what is usable even when there are problems.
struct TomlContents {
  std::vector<Entry> entries;
  std::vector<ExchangeEntry> exchanges;  ///< the entries of a table together, the table itself first
  Diagnostics problems;
};

/// `name` is what messages call the text. Never throws but for memory.
[[nodiscard]] TomlContents read_toml(std::string_view text, const std::string& name);

/// The bytes of a file, at most 1 MiB, or why not: `cannot be read: No such file or directory`.
[[nodiscard]] base::Result<std::string, Diagnostic> read_file(const std::string& path);

}  // namespace subd::config
