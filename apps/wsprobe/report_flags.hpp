#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "probe/load_progress.hpp"
#include "probe/report.hpp"
#include "probe/run_problem.hpp"
#include "wsprobe/invocation.hpp"

namespace CLI {
class App;
}

namespace subd::wsprobe {

/// How a verdict is told; the same for every verb that comes to one.
struct ReportFlags {
  std::string format = "text";  ///< --format

  void add_to(CLI::App& app);
  /// Prints the report; No when it has a violation.
  [[nodiscard]] cli::ExitCode print(const probe::Report& report) const;
  /// The same for several, as one document; in JSON a list, of however many.
  [[nodiscard]] cli::ExitCode print(const std::vector<probe::Report>& reports) const;
};

/// The flags of the verbs that measure many tabs.
struct MeasureFlags {
  ReportFlags report;
  std::chrono::milliseconds max_p99{};  ///< --max-p99; zero: none was given
  bool quiet = false;                   ///< --quiet

  void add_to(CLI::App& app);
  [[nodiscard]] std::optional<std::chrono::milliseconds> limit() const;
  /// Shows progress while `run` runs, and prints its report. Throws Failure when there is none.
  [[nodiscard]] cli::ExitCode measure(
      const std::function<base::Result<probe::Report, probe::RunProblem>(const probe::ProgressListener&)>& run) const;
};

}  // namespace subd::wsprobe
