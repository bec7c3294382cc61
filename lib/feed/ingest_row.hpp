#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <variant>

#include "feed/ingest_batch.hpp"

/// One row of a batch. Inside this module only.
namespace subd::feed {

/// Symbols that one batch may have looked for what was meant: each search looks at every instrument.
inline constexpr int kSuggestionsPerBatch = 2;

/// Reads a tick or a bar. `problem.row` is left to the caller; `suggestions` counts down.
[[nodiscard]] base::Result<IngestTick, IngestProblem> read_tick(const nlohmann::json& row, const IngestRules& rules,
                                                                base::UtcTime now, int& suggestions);
[[nodiscard]] base::Result<IngestBar, IngestProblem> read_bar(const nlohmann::json& row, const IngestRules& rules,
                                                              base::UtcTime now, int& suggestions);

/// A value as a message may show it: JSON, ASCII, short whatever was sent.
[[nodiscard]] std::string shown_json(const nlohmann::json& value);

}  // namespace subd::feed
