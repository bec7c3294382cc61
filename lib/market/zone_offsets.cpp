#include "market/zone_offsets.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace subd::market {
namespace {

using base::UtcTime;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;

constexpr std::chrono::sys_seconds kFirst{sys_days{year{1970} / 1 / 1}};
constexpr std::chrono::sys_seconds kLast{sys_days{year{2100} / 1 / 1}};
/// Far outside of every date in use, and near enough for differences not to overflow.
constexpr UtcTime kEver{days{-1'000'000}};
constexpr UtcTime kForEver{days{1'000'000}};

constexpr std::string_view kUtc = "UTC";

UtcTime as_utc(LocalTime local) noexcept {
  return UtcTime{local.time_since_epoch()};
}

}  // namespace

ZoneOffsets::ZoneOffsets(const std::string& name) {
  if (name == kUtc) {
    stretches_.push_back({kEver, kForEver, std::chrono::seconds{0}});
    return;
  }
  const date::time_zone* zone = date::locate_zone(name);
  for (std::chrono::sys_seconds time = kFirst; time < kLast;) {
    const date::sys_info info = zone->get_info(time);
    const bool same = !stretches_.empty() && stretches_.back().offset == info.offset;
    if (!same) stretches_.push_back({time, kForEver, info.offset});
    time = info.end;
  }
  stretches_.front().begins = kEver;
  for (std::size_t i = 1; i < stretches_.size(); ++i) stretches_[i - 1].ends = stretches_[i].begins;
}

const ZoneOffsets::Stretch& ZoneOffsets::at(UtcTime time) const noexcept {
  const auto after = std::upper_bound(stretches_.begin() + 1, stretches_.end(), time,
                                      [](UtcTime t, const Stretch& stretch) { return t < stretch.begins; });
  return *(after - 1);
}

UtcTime ZoneOffsets::utc_of(LocalTime local) const noexcept {
  // No two changes are so near to each other that a day before and a day after could miss one.
  const auto before = at(as_utc(local) - days{1}).offset;
  const auto after = at(as_utc(local) + days{1}).offset;
  const UtcTime first = as_utc(local) - before;
  if (before == after || at(first).offset == before) return first;
  const UtcTime second = as_utc(local) - after;
  return at(second).offset == after ? second : first;
}

UtcTime ZoneOffsets::utc_of(LocalTime local, const Stretch& near) const noexcept {
  const UtcTime time = as_utc(local) - near.offset;
  const bool inside = time - near.begins >= days{1} && near.ends - time >= days{1};
  return inside ? time : utc_of(local);
}

bool is_time_zone(const std::string& name) {
  if (name == kUtc) return true;
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace subd::market
