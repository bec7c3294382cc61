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
#include "probe/token_source.hpp"

namespace subd::probe {

struct LoadPlan {
  std::size_t tabs = 100;
  std::chrono::milliseconds duration{20'000};  ///< of measuring, after all tabs have subscribed
  std::size_t streams_per_tab = 2;
  std::size_t indicators_per_stream = 4;  ///< at most; each tab draws its own
  std::vector<std::string> symbols{"NIFTY50", "BANKNIFTY", "RELIANCE", "TCS", "INFY", "HDFCBANK", "SBIN"};
  std::vector<std::string> timeframes{"1s", "5s", "1min"};
  std::vector<std::string> indicators{"RSI_14_100", "MACD_12_26_9", "SMA_20", "EMA_20", "BBANDS_20_2", "ATR_14"};
  std::uint64_t seed = 1;                            ///< the same seed, the same views
  double heartbeats_per_second = 100;                ///< of all tabs together; 0: none
  std::size_t users = 100;                           ///< at most; the tabs are spread over them
  std::size_t connecting = 64;                       ///< handshakes under way at a time
  std::optional<std::chrono::milliseconds> max_p99;  ///< of delivery
  std::optional<std::int64_t> server_pid;            ///< to measure its processor time
};

/// Connects the tabs, lets each watch streams of its own drawing, and judges every message by the oracle.
///
/// Measured after the ramp: delivery latency, the wall clock at reception less the message's `timestamp` (whole
/// milliseconds, meaningful on the server's machine only); heartbeat round trips from the intended send time;
/// messages and bytes per second; processor time of the server per delivered message when its pid is known.
[[nodiscard]] base::Result<Report, RunProblem> run_load(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                                        const LoadPlan& plan, const ProgressListener& progress);

}  // namespace subd::probe
