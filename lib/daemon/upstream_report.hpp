#pragma once

#include "control/upstream_reports.hpp"
#include "daemon/facts.hpp"

namespace subd::daemon {

/// The feed's connections as the control socket tells of them. Pure.
[[nodiscard]] control::UpstreamReport upstream_report(const MarketFacts& market);

}  // namespace subd::daemon
