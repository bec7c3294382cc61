#include "market/timeframe.hpp"

#include <cctype>
#include <string>

namespace subd::market {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, kTimeframes.size()> kNames{"1s",   "5s",    "15s",   "30s",   "1min",  "3min",
                                                                  "5min", "10min", "15min", "30min", "60min", "1day"};
constexpr std::array<std::int64_t, kTimeframes.size()> kSeconds{1,   5,   15,  30,   60,   180,
                                                                300, 600, 900, 1800, 3600, 86'400};

struct UnitName {
  std::string_view name;
  std::int64_t seconds;
};
constexpr std::array<UnitName, 15> kUnits{{{"s", 1},
                                           {"sec", 1},
                                           {"second", 1},
                                           {"seconds", 1},
                                           {"m", 60},
                                           {"min", 60},
                                           {"minute", 60},
                                           {"minutes", 60},
                                           {"h", 3600},
                                           {"hour", 3600},
                                           {"hours", 3600},
                                           {"d", 86'400},
                                           {"day", 86'400},
                                           {"days", 86'400},
                                           {"daily", 86'400}}};

std::size_t index_of(Timeframe timeframe) noexcept {
  return static_cast<std::size_t>(timeframe);
}

}  // namespace

std::string_view timeframe_name(Timeframe timeframe) noexcept {
  return kNames[index_of(timeframe)];
}

std::optional<Timeframe> parse_timeframe(std::string_view name) noexcept {
  // Longest known form: `10minutes`.
  if (name.empty() || name.size() > 10) return std::nullopt;
  std::array<char, 10> lower{};
  std::int64_t count = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    lower[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    if (digits == i && lower[i] >= '0' && lower[i] <= '9') {
      count = count * 10 + (lower[i] - '0');
      ++digits;
    }
  }
  if (digits == 0) count = 1;
  const std::string_view unit{lower.data() + digits, name.size() - digits};
  for (const UnitName& known : kUnits) {
    if (known.name != unit) continue;
    for (const Timeframe timeframe : kTimeframes) {
      if (kSeconds[index_of(timeframe)] == count * known.seconds) return timeframe;
    }
  }
  return std::nullopt;
}

milliseconds timeframe_length(Timeframe timeframe) noexcept {
  return milliseconds{kSeconds[index_of(timeframe)] * 1000};
}

bool builds_from(Timeframe coarse, Timeframe fine) noexcept {
  return kSeconds[index_of(coarse)] % kSeconds[index_of(fine)] == 0;
}

std::string_view timeframe_list() noexcept {
  return "1s 5s 15s 30s 1min 3min 5min 10min 15min 30min 60min 1day";
}

}  // namespace subd::market
