#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "control/backend.hpp"
#include "daemon/service.hpp"
#include "daemon/usage_book.hpp"
#include "hub/usage_log.hpp"
#include "market/instrument_table.hpp"

namespace subd::daemon {

/// What is asked for, hour by hour: from the io threads into the store, and from there to the control socket.
///
/// Threads: what reporter() returns runs on its io thread and only posts; top() and trend() on the control thread.
class AnalyticsCommands {
 public:
  AnalyticsCommands(Service& service, std::shared_ptr<const market::InstrumentTable> instruments, std::size_t hubs)
      : service_{service}, book_{std::make_shared<UsageBook>(std::move(instruments), hubs)} {}

  /// Where the io thread of that number reports to; empty when nothing is stored.
  [[nodiscard]] std::function<void(std::vector<hub::Usage>)> reporter(std::size_t hub) const;

  [[nodiscard]] control::Reply<control::UsageTop> top(const control::UsageQuery& query) const;
  [[nodiscard]] control::Reply<control::UsageTrend> trend(const control::UsageQuery& query) const;

 private:
  Service& service_;
  std::shared_ptr<UsageBook> book_;  // shared with tasks of the store thread
};

}  // namespace subd::daemon
