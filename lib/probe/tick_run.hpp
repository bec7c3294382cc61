#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "probe/endpoint.hpp"
#include "probe/load_progress.hpp"
#include "probe/loop.hpp"
#include "probe/report.hpp"
#include "probe/run_problem.hpp"
#include "probe/tick_message.hpp"
#include "probe/token_source.hpp"

namespace subd::probe {

struct TickPlan {
  std::size_t tabs = 100;
  std::chrono::milliseconds duration{20'000};  ///< of measuring, after all tabs have subscribed
  std::vector<std::string> symbols;            ///< to draw from; never empty
  std::size_t symbols_per_tab = 4;             ///< at most; each tab draws its own
  std::optional<TickMode> mode;                ///< nullopt: each tab draws one
  std::uint64_t seed = 1;                      ///< the same seed, the same sets
  /// Of what the last tenth of the tabs take, all of them together; 0: none.
  double changes_per_second = 20;
  std::size_t users = 100;                           ///< at most; the tabs are spread over them
  std::size_t connecting = 64;                       ///< handshakes under way at a time
  std::optional<std::chrono::milliseconds> max_p99;  ///< of delivery
  std::optional<std::int64_t> server_pid;            ///< to measure its processor time
};

/// Connects tabs to `/ws/ticks`, each with instruments and a mode of its own drawing; some keep changing what they
/// take, the others must not notice. The oracle judges every message.
///
/// Measured after the ramp, as by run_load: delivery latency from a tick's `timestamp`, but for the newest tick that
/// follows a reply; messages and bytes per second; processor time of the server per message when its pid is known.
[[nodiscard]] base::Result<Report, RunProblem> run_ticks(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                                         const TickPlan& plan, const ProgressListener& progress);

}  // namespace subd::probe
