#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/keys.hpp"

namespace subd::config {

/// A value as a source wrote it, before its key's type is applied.
struct RawValue {
  /// What TOML has and no key of ours takes: `table`, `date`, `list of mixed types`.
  struct Other {
    std::string_view type;
  };
  /// `as_text`: it came from an environment variable or a flag, where everything is text and lists have commas.
  bool as_text = false;
  std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>, Other> value;

  /// For messages: short, without control characters.
  [[nodiscard]] std::string shown() const;
};

/// Checks `raw` against the key's type, range and choices and stores it in `config`. On failure the config is as it
/// was and the answer says what is allowed: `must be a duration from 0s to 5ms, such as "2ms"`.
[[nodiscard]] std::optional<std::string> assign(const Key& key, const RawValue& raw, Config& config);

/// The value in a slot as TOML.
[[nodiscard]] std::string toml_text(const Slot& slot);

/// `host:port`, `[v6]:port`; the address must be a literal.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

/// `NFO=15:30,MCX=23:30`; an empty text names none. nullopt when it is something else, or names an exchange twice.
[[nodiscard]] std::optional<std::vector<ExpiryTime>> parse_expiry_times(std::string_view text);

/// `65536`, `64KiB`, `1MiB`, `1GiB`.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text) noexcept;

/// `text` with the values of secret options replaced: `kite:api_key=***,mode=full`.
[[nodiscard]] std::string masked_options(std::string_view text);

}  // namespace subd::config
