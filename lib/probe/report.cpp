#include "probe/report.hpp"

#include <fmt/format.h>

#include <array>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::probe {

namespace {

enum class Outcome : std::uint8_t { Ok, Failed, Skipped };

Outcome outcome_of(const Findings& findings, const Rule& rule) {
  if (findings.count(rule.name) > 0) return Outcome::Failed;
  return findings.checks(rule.name) > 0 ? Outcome::Ok : Outcome::Skipped;
}

std::string seconds_text(std::chrono::milliseconds duration) {
  return fmt::format("{:.1f}", static_cast<double>(duration.count()) / 1000.0);
}

/// `1 violation`, `2 violations`.
std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string violation_line(const Violation& violation) {
  return violation.tab.empty() ? violation.message : fmt::format("tab {}: {}", violation.tab, violation.message);
}

template <class Visit>
void for_each_violation(const Findings& findings, std::string_view rule, Visit visit) {
  for (const auto& violation : findings.kept()) {
    if (violation.rule == rule) visit(violation);
  }
}

/// What a server sent must not look like lines of ours.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

std::string render_text(const Report& report) {
  const Findings& findings = report.findings;
  std::string out = fmt::format("wsprobe {}  {}\n", report.title, report.target);
  for (const auto& [name, value] : report.figures) out += fmt::format("{} {}, ", value, name);
  out += fmt::format("{} s\n\n", seconds_text(report.duration));
  for (const auto& remark : report.remarks) out += fmt::format("  {}\n", remark);
  if (!report.remarks.empty()) out += '\n';
  std::array<std::size_t, 3> tally{};
  for (const Rule& rule : kRules) {
    const Outcome outcome = outcome_of(findings, rule);
    const std::string& note = findings.note(rule.name);
    // Without a note, a rule is simply no matter of this kind of run.
    if (outcome != Outcome::Skipped || !note.empty()) ++tally[static_cast<std::size_t>(outcome)];
    if (outcome == Outcome::Skipped) {
      if (!note.empty()) out += fmt::format("  skip  {:<20}  {} ({})\n", rule.name, rule.claim, note);
      continue;
    }
    out += fmt::format("  {}  {:<20}  {} ({}: {})\n", outcome == Outcome::Ok ? "ok  " : "FAIL", rule.name, rule.claim,
                       rule.counted, findings.checks(rule.name));
    if (!note.empty()) out += fmt::format("{:30}{}\n", "", note);
    std::size_t shown = 0;
    for_each_violation(findings, rule.name, [&](const Violation& violation) {
      if (++shown > 5) return;
      out += fmt::format("        {}\n", one_line(violation_line(violation)));
      if (!violation.frame.empty()) out += fmt::format("          {}\n", one_line(violation.frame));
    });
    if (findings.count(rule.name) > 5) out += fmt::format("        and {} more\n", findings.count(rule.name) - 5);
  }
  if (report.passed()) {
    out += fmt::format("\nPASS  {} kept, {} not examined\n", counted(tally[0], "promise"), tally[2]);
  } else {
    out += fmt::format("\nFAIL  {} of {} broken, {}\n", tally[1], counted(tally[0] + tally[1], "promise"),
                       counted(findings.total(), "violation"));
  }
  return out;
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out.append("\"").append(key).append("\":");
  base::append_json_string(out, text);
}

std::string render_json(const Report& report) {
  static constexpr std::array<std::string_view, 3> kStatus{"ok", "failed", "skipped"};
  const Findings& findings = report.findings;
  std::string out = "{";
  append_member(out, "title", report.title);
  out += ',';
  append_member(out, "target", report.target);
  out += fmt::format(",\"passed\":{},\"duration_ms\":{},\"violation_count\":{},\"figures\":{{", report.passed(),
                     report.duration.count(), findings.total());
  for (std::size_t i = 0; i < report.figures.size(); ++i) {
    const auto& [name, value] = report.figures[i];
    if (i != 0) out += ',';
    base::append_json_string(out, name);
    out += ':';
    if (base::parse_number(value)) {
      out += value;
    } else {
      base::append_json_string(out, value);
    }
  }
  out += '}';
  if (!report.measurements.empty()) {
    out += ",\"measurements\":{";
    for (std::size_t i = 0; i < report.measurements.size(); ++i) {
      if (i != 0) out += ',';
      base::append_json_string(out, report.measurements[i].first);
      out += ':';
      base::append_number(out, report.measurements[i].second);
    }
    out += '}';
  }
  out += ",\"rules\":[";
  for (const Rule& rule : kRules) {
    if (&rule != &kRules.front()) out += ',';
    out += '{';
    append_member(out, "rule", rule.name);
    out += ',';
    append_member(out, "claim", rule.claim);
    out += ',';
    append_member(out, "status", kStatus[static_cast<std::size_t>(outcome_of(findings, rule))]);
    out += fmt::format(",\"checks\":{},\"violation_count\":{},", findings.checks(rule.name), findings.count(rule.name));
    append_member(out, "note", findings.note(rule.name));
    out += '}';
  }
  out += "],\"violations\":[";
  for (const auto& violation : findings.kept()) {
    if (&violation != &findings.kept().front()) out += ',';
    out += '{';
    append_member(out, "rule", violation.rule);
    out += ',';
    append_member(out, "tab", violation.tab);
    out += ',';
    append_member(out, "message", violation.message);
    out += ',';
    append_member(out, "frame", violation.frame);
    out += '}';
  }
  out += "]}";
  return out;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 has no way to carry other control characters.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string render_junit(const Report& report) {
  const Findings& findings = report.findings;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  std::string cases;
  for (const Rule& rule : kRules) {
    cases += fmt::format("    <testcase classname=\"wsprobe.{}\" name=\"{}: {}\"", xml_text(report.title), rule.name,
                         xml_text(rule.claim));
    switch (outcome_of(findings, rule)) {
      case Outcome::Ok:
        cases += "/>\n";
        break;
      case Outcome::Skipped:
        ++skipped;
        cases +=
            fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", xml_text(findings.note(rule.name)));
        break;
      case Outcome::Failed:
        ++failures;
        cases += fmt::format(">\n      <failure type=\"{}\" message=\"{}\">", rule.name,
                             counted(findings.count(rule.name), "violation"));
        for_each_violation(findings, rule.name, [&](const Violation& violation) {
          cases += xml_text(violation_line(violation)) + '\n';
          if (!violation.frame.empty()) cases += "  " + xml_text(violation.frame) + '\n';
        });
        cases += "</failure>\n    </testcase>\n";
        break;
    }
  }
  return fmt::format(
      "  <testsuite name=\"wsprobe {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{}\">\n{}  </testsuite>\n",
      xml_text(report.title), kRules.size(), failures, skipped, seconds_text(report.duration), cases);
}

std::string render_tap(const Report& report, std::size_t& number) {
  std::string out = fmt::format("# wsprobe {} {}\n", one_line(report.title), one_line(report.target));
  for (const Rule& rule : kRules) {
    const Outcome outcome = outcome_of(report.findings, rule);
    out += fmt::format("{} {} - {}: {}", outcome == Outcome::Failed ? "not ok" : "ok", ++number, rule.name, rule.claim);
    if (outcome == Outcome::Skipped) out += " # SKIP " + one_line(report.findings.note(rule.name));
    out += '\n';
    for_each_violation(report.findings, rule.name,
                       [&](const Violation& violation) { out += "# " + one_line(violation_line(violation)) + '\n'; });
  }
  return out;
}

}  // namespace

std::optional<ReportFormat> parse_report_format(std::string_view name) noexcept {
  if (name == "text") return ReportFormat::Text;
  if (name == "json") return ReportFormat::Json;
  if (name == "junit") return ReportFormat::Junit;
  if (name == "tap") return ReportFormat::Tap;
  return std::nullopt;
}

std::string render(const Report& report, ReportFormat format) {
  return render(std::vector<Report>{report}, format);
}

std::string render(const std::vector<Report>& reports, ReportFormat format) {
  std::string out;
  switch (format) {
    case ReportFormat::Text:
      for (const auto& report : reports) {
        if (!out.empty()) out += '\n';
        out += render_text(report);
      }
      return out;
    case ReportFormat::Json:
      if (reports.size() == 1) return render_json(reports.front()) + '\n';
      for (const auto& report : reports) out += (out.empty() ? "[" : ",\n") + render_json(report);
      return out + "]\n";
    case ReportFormat::Junit:
      for (const auto& report : reports) out += render_junit(report);
      return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + out + "</testsuites>\n";
    case ReportFormat::Tap: {
      std::size_t number = 0;
      for (const auto& report : reports) out += render_tap(report, number);
      return fmt::format("TAP version 13\n1..{}\n", number) + out;
    }
  }
  return out;
}

}  // namespace subd::probe
