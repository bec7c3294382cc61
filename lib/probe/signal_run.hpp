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

namespace subd::probe {

struct SignalPlan {
  std::size_t tabs = 100;
  std::chrono::milliseconds duration{20'000};  ///< of publishing, after all tabs have connected
  double rate = 20;                            ///< signals per second
  double premium_share = 0.5;                  ///< of the signals
  std::uint64_t seed = 1;                      ///< the same seed, the same signals premium
  std::size_t connecting = 64;                 ///< handshakes under way at a time
  std::string api_key;                         ///< of role signals
  std::vector<std::string> open_tokens;        ///< of users who see no premium signals; never empty
  std::vector<std::string> premium_tokens;     ///< of users who do; never empty
  std::optional<std::chrono::milliseconds> max_p99;
  std::optional<std::int64_t> server_pid;  ///< to measure its processor time
};

/// Connects tabs to `/ws/signals`, half of them of a tier that sees premium signals, and publishes on a schedule. The
/// oracle judges every signal that a tab gets.
///
/// Measured: delivery latency from the moment at which a signal was due to be published, so that a publisher that is
/// held up counts; signals per second; processor time of the server when its pid is known.
[[nodiscard]] base::Result<Report, RunProblem> run_signals(Loop& loop, const Endpoint& endpoint, const SignalPlan& plan,
                                                           const ProgressListener& progress);

}  // namespace subd::probe
