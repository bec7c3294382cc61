#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace subd::probe {

/// User and system time that the process has used, all threads; nullopt when there is no such process here.
[[nodiscard]] std::optional<std::chrono::microseconds> cpu_time(std::int64_t pid);

/// The same from the text of /proc/PID/stat, in clock ticks.
[[nodiscard]] std::optional<std::uint64_t> cpu_ticks(std::string_view stat) noexcept;

/// Makes room for `count` open files besides those of the program itself; false when the system allows fewer.
bool allow_open_files(std::size_t count) noexcept;

}  // namespace subd::probe
