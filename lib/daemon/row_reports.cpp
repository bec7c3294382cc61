#include "daemon/row_reports.hpp"

#include <fmt/format.h>

namespace subd::daemon {

std::vector<control::RowReport> row_reports(const feed::RowProblems& problems) {
  std::vector<control::RowReport> out;
  for (const auto& problem : problems.shown()) out.push_back({problem.line, problem.message});
  return out;
}

control::ControlError no_good_row(const feed::RowProblems& problems) {
  if (problems.shown().empty()) return {400, "bad_file", "the file has a header and no rows"};
  const auto& first = problems.shown().front();
  return {400, "bad_file", fmt::format("no row can be used; line {}: {}", first.line, first.message)};
}

}  // namespace subd::daemon
