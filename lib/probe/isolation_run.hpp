#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "probe/compute_once.hpp"
#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/report.hpp"
#include "probe/run_problem.hpp"
#include "probe/token_source.hpp"

namespace subd::probe {

/// What the built-in plan is played with.
struct IsolationPlan {
  std::size_t users = 2;
  std::size_t tabs = 2;  ///< of each user; three more per run are there to be closed, cut and resubscribed
  std::string symbol = "NIFTY50";
  std::string second_symbol = "RELIANCE";
  std::string timeframe = "1s";
  /// Of watching, all phases together. Under 8 s a lost tab may be missed on a quiet stream.
  std::chrono::milliseconds duration{10'000};
  std::uint32_t history = 20;
  bool continuous = false;
};

/// Where the server tells how often it computes: /metrics or the control socket.
using ComputationSource = std::function<base::Result<ComputationSample, Problem>()>;

/// Plays the built-in plan:
///   forged and expired tokens knock; tabs of several users connect, each with its own indicators, some with two
///   streams; all watch; heartbeats and lists are answered; computations are counted; then one tab closes, one is cut,
///   one gives up an indicator and one a stream, while the others watch on; the given up is subscribed again.
/// The oracle judges every message. An error means that there was nothing to judge.
[[nodiscard]] base::Result<Report, RunProblem> run_isolation(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                                             const IsolationPlan& plan,
                                                             const ComputationSource& computations);

}  // namespace subd::probe
