#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "config/config.hpp"

namespace subd::config {

/// Where a key's value lives in a Config. The type says how it is written and read.
using Slot = std::variant<Endpoint*, std::optional<Endpoint>*, std::uint32_t*, std::size_t*, double*, Duration*, bool*,
                          std::string*, std::vector<std::string>*, std::vector<base::IpNetwork>*, FeedSources*,
                          std::vector<ExpiryTime>*, base::log::Level*, base::log::Format*>;

/// Inclusive; of numbers as they are, of durations in milliseconds. Not used by the other types.
struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// `SUBD_SERVER_LISTEN`; without a key the prefix of all that belong to the section.
[[nodiscard]] std::string environment_name(std::string_view section, std::string_view key);

/// What of a key's value is never printed.
enum class Masking : std::uint8_t {
  None,
  Options,  ///< options inside the text whose name speaks of a secret, token, password or key
  Whole,
};

/// When a changed value takes effect.
enum class Effect : std::uint8_t {
  Restart,
  Reload,  ///< at once, when the daemon is asked to read its configuration again
};

/// One key of the configuration: all that reading, printing and checking the documentation need to know.
struct Key {
  std::string_view section;
  std::string_view name;
  Slot (*slot)(Config&);
  Range range;
  std::span<const std::string_view> choices;  ///< empty: any text
  Masking masking;
  std::string_view summary;
  Effect effect = Effect::Restart;

  /// `server.listen`
  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::string environment_name() const { return config::environment_name(section, name); }
  /// `address`, `address or empty`, `integer`, `size`, `number`, `duration`, `boolean`, `string`, `list of strings`,
  /// `list of networks`, `string or list of strings`, `times of day`
  [[nodiscard]] std::string_view type_name() const;
  /// `0 to 256`, `10ms to 1h`, `one of text, json`; empty when the type says it all.
  [[nodiscard]] std::string allowed() const;
  /// As TOML.
  [[nodiscard]] std::string default_text() const;
};

/// All keys, sections together, in the order of the documentation.
[[nodiscard]] std::span<const Key> keys();

/// The key of that section and name, nullptr when there is none.
[[nodiscard]] const Key* find_key(std::string_view section, std::string_view name);

/// The sections in their order.
[[nodiscard]] std::span<const std::string_view> sections();

}  // namespace subd::config
