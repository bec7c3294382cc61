#include "daemon/analytics_commands.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "daemon/store_question.hpp"
#include "store/analytics_store.hpp"

namespace subd::daemon {
namespace {

using control::Reply;
using std::chrono::hours;

constexpr std::array kNames{std::pair{std::string_view{"symbol"}, store::UsageBy::Symbol},
                            std::pair{std::string_view{"timeframe"}, store::UsageBy::Timeframe},
                            std::pair{std::string_view{"indicator"}, store::UsageBy::Indicator}};

Reply<store::UsageBy> parse_by(const std::string& name) {
  for (const auto& [known, by] : kNames) {
    if (known == name) return by;
  }
  return control::bad_request(fmt::format("field by: must be symbol, timeframe or indicator, got {}", name));
}

/// Writes rows, and forgets the oldest with the first of an hour.
void write(store::Database& database, const std::vector<store::UsageRow>& rows, bool is_new_hour,
           base::UtcTime forget_before) {
  store::AnalyticsStore analytics{database};
  const auto added = analytics.add(rows);
  if (!added) base::log::warn("store", "analytics cannot be written", {{"reason", added.error().message}});
  if (!is_new_hour) return;
  const auto forgotten = analytics.forget(forget_before);
  if (!forgotten) base::log::warn("store", "analytics cannot be pruned", {{"reason", forgotten.error().message}});
}

}  // namespace

std::function<void(std::vector<hub::Usage>)> AnalyticsCommands::reporter(std::size_t hub) const {
  if (service_.store == nullptr) return {};
  return [&service = service_, book = book_, hub, last_hour = base::UtcTime{}](std::vector<hub::Usage> usage) mutable {
    const base::UtcTime now = service.clock.utc_now();
    const bool is_new_hour = std::chrono::floor<hours>(now) > std::chrono::floor<hours>(last_hour);
    if (usage.empty() && !is_new_hour) return;
    last_hour = now;
    service.store->post([book, hub, usage = std::move(usage), now, is_new_hour,
                         before = now - service.config.store.retention_analytics](store::Database* database) {
      const std::vector<store::UsageRow> rows = book->add(hub, usage, now);
      if (database != nullptr && (!rows.empty() || is_new_hour)) write(*database, rows, is_new_hour, before);
    });
  };
}

Reply<control::UsageTop> AnalyticsCommands::top(const control::UsageQuery& query) const {
  const auto by = parse_by(query.by);
  if (!by) return by.error();
  const base::UtcTime since = service_.clock.utc_now() - query.since;
  auto found = ask_store(service_, [by = *by, since, limit = query.limit](store::Database& database) {
    return store::AnalyticsStore{database}.top(by, std::chrono::floor<hours>(since), limit);
  });
  if (!found) return found.error();
  control::UsageTop out{query.by, std::chrono::floor<hours>(since), {}};
  for (store::UsageTotal& one : *found) out.names.push_back({std::move(one.name), one.subscribes, one.peak});
  return out;
}

Reply<control::UsageTrend> AnalyticsCommands::trend(const control::UsageQuery& query) const {
  const auto by = parse_by(query.by);
  if (!by) return by.error();
  const base::UtcTime since = service_.clock.utc_now() - query.since;
  auto found = ask_store(service_, [by = *by, since](store::Database& database) {
    return store::AnalyticsStore{database}.trend(by, std::chrono::floor<hours>(since));
  });
  if (!found) return found.error();
  control::UsageTrend out{query.by, std::chrono::floor<hours>(since), {}};
  for (store::UsageHour& one : *found) {
    out.hours.push_back({one.hour, one.subscribes, one.peak, std::move(one.favourite)});
  }
  return out;
}

}  // namespace subd::daemon
