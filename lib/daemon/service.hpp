#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "control/reports.hpp"
#include "daemon/key_refresh.hpp"
#include "daemon/market_thread.hpp"
#include "daemon/metrics_report.hpp"
#include "daemon/settings.hpp"
#include "daemon/signal_counters.hpp"
#include "server/io_thread.hpp"
#include "store/store.hpp"

namespace subd::daemon {

/// The running parts, as the control plane reaches them. Built by Daemon; lives as long as it runs.
struct Service {
  const config::Config& config;
  const base::Clock& clock;
  std::string version;
  base::UtcTime started_at{};
  std::vector<std::string> listen;  ///< as bound
  Authority& authority;
  MarketThread& market;
  std::vector<std::unique_ptr<server::IoThread>>& io_threads;
  store::Store* store;  ///< null when nothing is stored
  std::string source;   ///< names the market of the feed in the store
  KeyRefresh* keys;     ///< null when the keys stay as they are
  std::atomic<bool> draining{false};
  SignalCounters signals{};
  std::string tls_listen{};                         ///< as bound; empty without TLS
  std::shared_ptr<const tls::Identity> identity{};  ///< who those see that come now; of the control thread once started
  std::atomic<std::int64_t> drain_limit_ms{0};      ///< server.drain_limit as last loaded
  /// What an operator wants when the daemon takes the signal that it sent itself; -1: nothing.
  std::atomic<std::int64_t> drain_over_ms{-1};

  /// The control thread.
  [[nodiscard]] std::optional<control::TlsStatus> tls_status() const {
    if (!identity) return std::nullopt;
    return control::TlsStatus{tls_listen, identity->subject(), identity->ends_at()};
  }
};

/// Collects the facts of all owner threads without waiting for any: `done` runs on the thread that answers last, or
/// never, when one of them has ended. Any thread.
void gather(Service& service, std::function<void(ScrapeFacts)> done);

}  // namespace subd::daemon
