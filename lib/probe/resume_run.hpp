#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/report.hpp"
#include "probe/run_problem.hpp"
#include "probe/token_source.hpp"

namespace subd::probe {

struct ResumePlan {
  std::size_t users = 3;
  std::size_t tabs = 4;   ///< of each user that are cut; one more of each is never cut, and watches
  std::size_t cuts = 60;  ///< of all tabs together
  /// Within the server's window; each absence is drawn between nothing and this.
  std::chrono::milliseconds longest_absence{2500};
  std::vector<std::string> symbols{"NIFTY50", "RELIANCE"};  ///< each tab takes them all
  std::string timeframe = "1s";
  std::uint64_t seed = 1;  ///< the same seed, the same choice of tabs and absences
};

/// Cuts tabs off at random, some of them again while they are told what they missed, and lets them come back to their
/// sessions: the oracle demands every closed bar once and in order of those that were cut, and everything of the others.
/// Then strangers come with resume tokens: another user's, one of a session that has ended, one that never was; none may
/// get anything of a session. In the end a second tab takes a session over from a connected one, which is closed with
/// 4007. An error means that there was nothing to judge.
[[nodiscard]] base::Result<Report, RunProblem> run_resume(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                                          const ResumePlan& plan);

}  // namespace subd::probe
