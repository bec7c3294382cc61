// man/subd-protocol.7 against the code that it describes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "generated_section.hpp"
#include "indicator/catalogue.hpp"
#include "indicator/spec.hpp"
#include "market/timeframe.hpp"
#include "parameter_text.hpp"
#include "wire/close_reason.hpp"
#include "wire/error.hpp"

namespace subd {
namespace {

constexpr std::string_view kPath = "man/subd-protocol.7";
constexpr std::string_view kBegin = ".\\\" begin indicators: written from the catalogue, see tests/docs\n";
constexpr std::string_view kEnd = ".\\\" end indicators\n";

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
      out += fmt::format(
          "{}: {}{}.\n", parameter.name, docs::range(parameter),
          parameter.convention ? fmt::format("; convention, {} by default", docs::default_text(parameter)) : "");
    }
    out += fmt::format("First full value with bar {}.\n", definition->warm_up(spec.values));
    out += fmt::format("Source: {}.\n", definition->source);
  }
  return out += ".El\n";
}

TEST(ProtocolPage, ListsTheIndicatorsOfTheCatalogue) {
  EXPECT_TRUE(docs::section_agrees(kPath, kBegin, kEnd, indicator_section()));
}

TEST(ProtocolPage, ListsEveryErrorCode) {
  const std::string text = docs::document(kPath);
  for (int code = 0; code <= static_cast<int>(wire::ErrorCode::Internal); ++code) {
    const auto name = wire::error_code_name(static_cast<wire::ErrorCode>(code));
    EXPECT_NE(text.find(fmt::format(".It Li {} ", name)), std::string::npos) << name;
  }
}

TEST(ProtocolPage, ListsEveryCloseCodeWithItsText) {
  namespace reason = wire::close_reason;
  const std::string text = docs::document(kPath);
  for (const wire::CloseReason& close :
       {reason::kGoingAway, reason::kWsProtocol, reason::kMessageTooBig, reason::kProtocolError, reason::kUnauthorized,
        reason::kTokenExpired, reason::kForbidden, reason::kHeartbeatTimeout, reason::kSlowConsumer,
        reason::kClosedByOperator, reason::kResumedElsewhere, reason::kLimitExceeded, reason::kTooManyErrors,
        reason::kInternalError}) {
    EXPECT_NE(text.find(fmt::format(".It Li {} Ta {}", close.code, close.text)), std::string::npos) << close.code;
  }
}

TEST(ProtocolPage, ListsTheTimeframes) {
  EXPECT_NE(docs::document(kPath).find(market::timeframe_list()), std::string::npos);
}

}  // namespace
}  // namespace subd
