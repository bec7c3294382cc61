#include "probe/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "base/number_text.hpp"

namespace subd::probe {

namespace {
constexpr std::size_t kOwnFiles = 64;
}

std::optional<std::uint64_t> cpu_ticks(std::string_view stat) noexcept {
  // The second field is the program's name in parentheses and may hold anything, parentheses and spaces included.
  const auto name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 1);
  std::uint64_t sum = 0;
  for (int field = 3; field <= 15; ++field) {
    const auto begin = stat.find_first_not_of(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    stat.remove_prefix(begin);
    const auto end = std::min(stat.find_first_of(" \n"), stat.size());
    if (field >= 14) {  // utime, stime
      const auto ticks = base::parse_integer(stat.substr(0, end));
      if (!ticks || *ticks < 0) return std::nullopt;
      sum += static_cast<std::uint64_t>(*ticks);
    }
    stat.remove_prefix(end);
  }
  return sum;
}

std::optional<std::chrono::microseconds> cpu_time(std::int64_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  if (!file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto ticks = cpu_ticks(text);
  const long rate = ::sysconf(_SC_CLK_TCK);
  if (!ticks || rate <= 0) return std::nullopt;
  return std::chrono::microseconds{*ticks * 1'000'000 / static_cast<std::uint64_t>(rate)};
}

bool allow_open_files(std::size_t count) noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  const rlim_t wanted = count + kOwnFiles;
  if (limit.rlim_cur >= wanted) return true;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

}  // namespace subd::probe
