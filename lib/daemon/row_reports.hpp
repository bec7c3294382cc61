#pragma once

#include <vector>

#include "control/backend.hpp"
#include "feed/row_problems.hpp"

/// The rows of a file that were left out, as the control socket tells them.
namespace subd::daemon {

[[nodiscard]] std::vector<control::RowReport> row_reports(const feed::RowProblems& problems);

/// 400 `bad_file` for a file of which nothing can be taken: says why with its first row, where there is one.
[[nodiscard]] control::ControlError no_good_row(const feed::RowProblems& problems);

}  // namespace subd::daemon
