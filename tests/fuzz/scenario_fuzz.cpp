// Bytes as a scenario file: either a scenario in which every step names tabs that exist, or a problem with its place.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "probe/scenario.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using subd::probe::ScenarioStep;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto scenario = subd::probe::parse_scenario(text, "f", {{"A", "http://h:1/"}});
  if (!scenario) {
    require(scenario.error().text.rfind("f:", 0) == 0);
    return 0;
  }
  require(!scenario->tabs.empty() && !scenario->steps.empty());
  for (const auto& step : scenario->steps) {
    const bool asks = step.kind == ScenarioStep::Kind::Http || step.kind == ScenarioStep::Kind::Control;
    require(step.tabs.empty() == (step.kind == ScenarioStep::Kind::Pause || asks));
    require(!asks || step.request.target.starts_with('/'));
    require(!step.bearer || *step.bearer < scenario->tabs.size());
    for (const auto tab : step.tabs) require(tab < scenario->tabs.size());
    require(step.limit.count() >= 0 && step.count >= 1);
    const bool looks = step.kind == ScenarioStep::Kind::Expect || step.kind == ScenarioStep::Kind::ExpectNone ||
                       step.kind == ScenarioStep::Kind::WaitFor;
    require(asks || looks != step.match.empty());
    (void)subd::probe::matches(R"({"type":"snapshot","a":{"b.c":1}})", step.match);
  }
  return 0;
}
