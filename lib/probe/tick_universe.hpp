#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/run_problem.hpp"
#include "probe/token_source.hpp"

namespace subd::probe {

/// The tokens by which the server knows these symbols, each once, in rising order: a connection of its own subscribes
/// to all of them, reads the reply and closes. A symbol that is not known is a problem in the server's words.
[[nodiscard]] base::Result<std::vector<std::uint32_t>, RunProblem> tokens_of(Loop& loop, const Endpoint& endpoint,
                                                                             const TabToken& token,
                                                                             const std::vector<std::string>& symbols);

}  // namespace subd::probe
