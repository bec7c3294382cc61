#include "probe/report.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "support/paths.hpp"

namespace subd::probe {
namespace {

Report broken_report() {
  Report report;
  report.title = "isolation";
  report.target = "ws://127.0.0.1:8081/ws/indicators";
  report.duration = std::chrono::milliseconds{10'250};
  report.figures = {{"tabs", "7"}, {"messages", "450"}};
  report.measurements = {{"delivery_p99_ms", 4.5}};
  report.remarks = {"delivery  p99 4.5 ms"};
  report.findings.checked(rule::kIndicator, 769);
  report.findings.checked(rule::kGap, 81);
  report.findings.note(rule::kAuthRefused, "no source of expired tokens");
  report.findings.note(rule::kGap, "one bar a second");
  report.findings.violated(rule::kIndicator, "alice-1", "SMA_20 of NIFTY50 1s is not this tab's",
                           R"({"type":"market_update","symbol":"M&M"})");
  report.findings.violated(rule::kIndicator, "bob-1", "two\nlines <&>");
  return report;
}

/// Compares with tests/golden/wsprobe_report.<extension>; with SUBD_UPDATE_GOLDEN set, writes it.
void expect_golden(const std::string& text, const std::string& extension) {
  const std::string file = SUBD_SOURCE_DIR "/tests/golden/wsprobe_report." + extension;
  if (std::getenv("SUBD_UPDATE_GOLDEN") != nullptr) std::ofstream{file} << text;
  std::ifstream stream{file};
  const std::string golden{std::istreambuf_iterator<char>{stream}, {}};
  EXPECT_EQ(text, golden) << file;
}

TEST(Report, EveryFormatIsTheGoldenOne) {
  expect_golden(render(broken_report(), ReportFormat::Text), "txt");
  expect_golden(render(broken_report(), ReportFormat::Json), "json");
  expect_golden(render(broken_report(), ReportFormat::Junit), "xml");
  expect_golden(render(broken_report(), ReportFormat::Tap), "tap");
}

TEST(Report, JsonIsWellFormedAndKeepsNumbers) {
  const auto json = nlohmann::json::parse(render(broken_report(), ReportFormat::Json), nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["figures"]["tabs"], 7);
  EXPECT_EQ(json["measurements"]["delivery_p99_ms"], 4.5);
  EXPECT_EQ(json["violation_count"], 2);
  ASSERT_EQ(json["violations"].size(), 2U);
  EXPECT_EQ(json["violations"][0]["rule"], "isolation.indicator");
  EXPECT_EQ(json["violations"][0]["tab"], "alice-1");
  EXPECT_EQ(json["rules"].size(), kRules.size());
}

TEST(Report, SeveralRunsAreOneDocument) {
  const std::vector<Report> reports{broken_report(), broken_report()};
  EXPECT_TRUE(nlohmann::json::parse(render(reports, ReportFormat::Json), nullptr, false).is_array());
  const std::string tap = render(reports, ReportFormat::Tap);
  EXPECT_NE(tap.find("1.." + std::to_string(2 * kRules.size()) + "\n"), std::string::npos);
}

TEST(Report, RuleThatWasNotExaminedIsNeverOk) {
  const Report empty;
  EXPECT_EQ(render(empty, ReportFormat::Json).find("\"ok\""), std::string::npos);
  EXPECT_EQ(render(empty, ReportFormat::Text).find("  ok "), std::string::npos);
}

TEST(Report, ManyViolationsAreCountedAndAFewKept) {
  Findings findings;
  for (int i = 0; i < 1000; ++i) findings.violated(rule::kGap, "tab", "lost", std::string(10'000, 'x'));
  EXPECT_EQ(findings.count(rule::kGap), 1000U);
  EXPECT_EQ(findings.kept().size(), Findings::kMaxKept);
  EXPECT_LE(findings.kept().front().frame.size(), Findings::kMaxFrameBytes + 3);
}

}  // namespace
}  // namespace subd::probe
