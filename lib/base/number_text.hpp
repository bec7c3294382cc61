#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace subd::base {

/// Appends the shortest decimal text that reads back to the same double; `null` for NaN and infinity, which JSON
/// cannot carry. Never allocates beyond what `out` needs to grow.
void append_number(std::string& out, double value);
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

/// The same as a string of its own.
[[nodiscard]] std::string number_text(double value);

/// The whole of `text` as a finite double, no surrounding space, no sign `+`, no hex; nullopt otherwise.
[[nodiscard]] std::optional<double> parse_number(std::string_view text) noexcept;

/// The whole of `text` as a decimal integer; nullopt when it is not one or does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

}  // namespace subd::base
