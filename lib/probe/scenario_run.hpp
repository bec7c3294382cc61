#pragma once

#include "base/result.hpp"
#include "probe/borrowed_key.hpp"
#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/report.hpp"
#include "probe/run_problem.hpp"
#include "probe/scenario.hpp"
#include "probe/token_source.hpp"

namespace subd::probe {

/// Plays the scenario. Its own expectations are judged under scenario.expect; all other promises are watched as in
/// every run. A step that cannot be done (a tab that is not connected) ends the scenario as a violation; one that needs
/// what is not there (the control socket, something beside the server) as a RunProblem.
[[nodiscard]] base::Result<Report, RunProblem> run_scenario(Loop& loop, const Endpoint& endpoint, TokenSource& tokens,
                                                            const ControlDoor& control, const Scenario& scenario);

}  // namespace subd::probe
