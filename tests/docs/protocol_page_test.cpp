// man/subd-protocol.7 against the code that it describes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "base/number_text.hpp"
#include "indicator/catalogue.hpp"
#include "indicator/spec.hpp"
#include "market/timeframe.hpp"
#include "support/paths.hpp"
#include "wire/close_reason.hpp"
#include "wire/error.hpp"

namespace subd {
namespace {

constexpr std::string_view kPath = SUBD_SOURCE_DIR "/man/subd-protocol.7";
constexpr std::string_view kBegin = ".\\\" begin indicators: written from the catalogue, see tests/docs\n";
constexpr std::string_view kEnd = ".\\\" end indicators\n";

std::string page() {
  std::ifstream file{std::string{kPath}};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string range(const indicator::Parameter& parameter) {
  if (parameter.kind == indicator::ParameterKind::Choice) {
    std::string out;
    for (const std::string_view choice : parameter.choices) out += (out.empty() ? "" : " ") + std::string{choice};
    return out;
  }
  return base::number_text(parameter.minimum) + " to " + base::number_text(parameter.maximum);
}

std::string default_text(const indicator::Parameter& parameter) {
  if (parameter.kind == indicator::ParameterKind::Choice) {
    return std::string{parameter.choices[indicator::bar_count(parameter.default_value)]};
  }
  return base::number_text(parameter.default_value);
}

/// The section between the marks, in mdoc.
std::string indicator_section() {
  std::string out = ".Bl -tag -width Ds\n";
  for (const indicator::Definition* definition : indicator::catalogue()) {
    const indicator::Spec spec = indicator::default_spec(*definition);
    out += fmt::format(".It Li {}\n{}.\n", spec.id, definition->title);
    if (definition->outputs.size() > 1) {
      out += "Outputs";
      for (const std::string_view output : definition->outputs) out += fmt::format(" {}", output);
      out += ".\n";
    }
    for (const indicator::Parameter& parameter : definition->parameters) {
      out +=
          fmt::format("{}: {}{}.\n", parameter.name, range(parameter),
                      parameter.convention ? fmt::format("; convention, {} by default", default_text(parameter)) : "");
    }
    out += fmt::format("First full value with bar {}.\n", definition->warm_up(spec.values));
    out += fmt::format("Source: {}.\n", definition->source);
  }
  return out += ".El\n";
}

/// With SUBD_UPDATE_DOCS set, writes the section anew instead of comparing it.
TEST(ProtocolPage, ListsTheIndicatorsOfTheCatalogue) {
  const std::string text = page();
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto from = begin + kBegin.size();
  if (std::getenv("SUBD_UPDATE_DOCS") != nullptr) {
    std::ofstream{std::string{kPath}} << text.substr(0, from) << indicator_section() << text.substr(end);
    return;
  }
  EXPECT_EQ(text.substr(from, end - from), indicator_section()) << "run this test with SUBD_UPDATE_DOCS=1";
}

TEST(ProtocolPage, ListsEveryErrorCode) {
  const std::string text = page();
  for (int code = 0; code <= static_cast<int>(wire::ErrorCode::Internal); ++code) {
    const auto name = wire::error_code_name(static_cast<wire::ErrorCode>(code));
    EXPECT_NE(text.find(fmt::format(".It Li {} ", name)), std::string::npos) << name;
  }
}

TEST(ProtocolPage, ListsEveryCloseCodeWithItsText) {
  namespace reason = wire::close_reason;
  const std::string text = page();
  for (const wire::CloseReason& close :
       {reason::kGoingAway, reason::kWsProtocol, reason::kMessageTooBig, reason::kProtocolError, reason::kUnauthorized,
        reason::kTokenExpired, reason::kForbidden, reason::kHeartbeatTimeout, reason::kSlowConsumer,
        reason::kClosedByOperator, reason::kLimitExceeded, reason::kTooManyErrors, reason::kInternalError}) {
    EXPECT_NE(text.find(fmt::format(".It Li {} Ta {}", close.code, close.text)), std::string::npos) << close.code;
  }
}

TEST(ProtocolPage, ListsTheTimeframes) {
  EXPECT_NE(page().find(market::timeframe_list()), std::string::npos);
}

}  // namespace
}  // namespace subd
