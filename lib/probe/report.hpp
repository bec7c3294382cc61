#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probe/findings.hpp"

namespace subd::probe {

enum class ReportFormat : std::uint8_t { Text, Json, Junit, Tap };

/// `text json junit tap`; nullopt for anything else.
[[nodiscard]] std::optional<ReportFormat> parse_report_format(std::string_view name) noexcept;

/// The outcome of one run, ready to be written.
struct Report {
  std::string title;   ///< `isolation`, or the scenario's file
  std::string target;  ///< `ws://127.0.0.1:8081/ws/indicators`
  std::chrono::milliseconds duration{};
  /// Figures of the run, in order: ("tabs", "6"). Numbers stay numbers in JSON.
  std::vector<std::pair<std::string, std::string>> figures;
  /// Further numbers, for machines; `remarks` says them to people.
  std::vector<std::pair<std::string, double>> measurements;
  std::vector<std::string> remarks;
  Findings findings;

  [[nodiscard]] bool passed() const noexcept { return findings.total() == 0; }
};

/// The report as text, one JSON document, JUnit XML (one test case per rule) or TAP 13 (one line per rule). A rule of
/// which nothing was examined is `skipped`, never `ok`.
[[nodiscard]] std::string render(const Report& report, ReportFormat format);
/// Several reports as one document.
[[nodiscard]] std::string render(const std::vector<Report>& reports, ReportFormat format);

}  // namespace subd::probe
