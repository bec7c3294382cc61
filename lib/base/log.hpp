#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// The log: one line per event on standard error, written by a thread of its own, as text or as one JSON object.
///
/// Threads: every function from any thread. A full queue drops the oldest line rather than delay the caller.
/// Rule:    tokens, keys and secrets are never passed in here, not even partly.
namespace subd::base::log {

enum class Level : std::uint8_t { Trace, Debug, Info, Warn, Error, Off };
enum class Format : std::uint8_t { Text, Json };

[[nodiscard]] std::string_view level_name(Level level) noexcept;
/// `trace debug info warn error off`; nullopt for anything else.
[[nodiscard]] std::optional<Level> parse_level(std::string_view name) noexcept;

/// One key and its value behind a message: `address=127.0.0.1:8081`.
struct Field {
  Field(std::string_view field_key, std::string_view text) : key{field_key}, value{text}, quoted{true} {}
  Field(std::string_view field_key, const char* text) : Field{field_key, std::string_view{text}} {}
  Field(std::string_view field_key, const std::string& text) : Field{field_key, std::string_view{text}} {}
  template <std::integral T>
  Field(std::string_view field_key, T number) : key{field_key}, value{std::to_string(number)}, quoted{false} {}
  Field(std::string_view field_key, double number);

  std::string_view key;
  std::string value;
  bool quoted;
};

/// Starts the writer thread. Without it (tests, tools) lines of Warn and above go straight to standard error.
void open(Level level, Format format);
/// Writes what is queued and stops the thread.
void close();

void set_level(Level level) noexcept;
[[nodiscard]] Level level() noexcept;

void write(Level level, std::string_view component, std::string_view message, std::initializer_list<Field> fields);

inline void debug(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  if (level() <= Level::Debug) write(Level::Debug, component, message, fields);
}
inline void info(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  if (level() <= Level::Info) write(Level::Info, component, message, fields);
}
inline void warn(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  if (level() <= Level::Warn) write(Level::Warn, component, message, fields);
}
inline void error(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  if (level() <= Level::Error) write(Level::Error, component, message, fields);
}

}  // namespace subd::base::log
