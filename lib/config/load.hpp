#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "config/diagnostic.hpp"
#include "config/environment.hpp"

namespace subd::config {

/// A key given on the command line.
struct FlagValue {
  std::string flag;  ///< `--listen`
  std::string_view section;
  std::string_view key;
  std::string text;
  std::vector<std::string> more{};  ///< of a flag that is given again
};

/// Where a configuration comes from. What stands further down wins.
struct Sources {
  std::optional<std::string> file;  ///< TOML; nullopt: none, which is no error
  /// SUBD_SECTION_KEY for each key, not for exchanges. A name of that form with a known section and an unknown key is
  /// an error; other variables are none of our business.
  Environment environment;
  std::vector<FlagValue> flags;
};

/// The checked configuration, with the default control socket and state directory filled in, or everything that is
/// wrong (at most 100 problems). A value that a later source overrides is still checked. Blocks on reading the file.
[[nodiscard]] base::Result<Config, Diagnostics> load(const Sources& sources);

/// The same with the text of the file at hand, which messages call `name`; sources.file is not used.
[[nodiscard]] base::Result<Config, Diagnostics> load_text(std::string_view toml, const std::string& name,
                                                          const Sources& sources);

/// All keys and exchanges as TOML that load() reads back, where each value came from as a comment, secrets masked.
[[nodiscard]] std::string effective_text(const Config& config);

}  // namespace subd::config
