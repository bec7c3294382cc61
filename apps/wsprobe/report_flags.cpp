#include "wsprobe/report_flags.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "wsprobe/progress_line.hpp"

namespace subd::wsprobe {

void ReportFlags::add_to(CLI::App& app) {
  app.add_option("--format", format, "Report format")
      ->check(CLI::IsMember({"text", "json", "junit", "tap"}))
      ->capture_default_str();
}

cli::ExitCode ReportFlags::print(const probe::Report& report) const {
  wsprobe::print(probe::render(report, *probe::parse_report_format(format)));
  return report.passed() ? cli::ExitCode::Ok : cli::ExitCode::No;
}

cli::ExitCode ReportFlags::print(const std::vector<probe::Report>& reports) const {
  wsprobe::print(probe::render(reports, *probe::parse_report_format(format)));
  const bool passed = std::all_of(reports.begin(), reports.end(), [](const auto& report) { return report.passed(); });
  return passed ? cli::ExitCode::Ok : cli::ExitCode::No;
}

void MeasureFlags::add_to(CLI::App& app) {
  add_duration(app, "--max-p99", max_p99, "Fail when the 99th percentile of delivery latency is above this");
  report.add_to(app);
  app.add_flag("--quiet", quiet, "No progress on standard error");
}

std::optional<std::chrono::milliseconds> MeasureFlags::limit() const {
  return max_p99.count() > 0 ? std::optional{max_p99} : std::nullopt;
}

cli::ExitCode MeasureFlags::measure(
    const std::function<base::Result<probe::Report, probe::RunProblem>(const probe::ProgressListener&)>& run) const {
  ProgressLine line{quiet};
  const auto outcome = run(line.listener());
  line.erase();
  if (!outcome) throw failure_of(outcome.error());
  return report.print(*outcome);
}

}  // namespace subd::wsprobe
