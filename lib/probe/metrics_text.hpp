#pragma once

#include <map>
#include <optional>
#include <string_view>

/// Reading the text that Prometheus scrapes.
namespace subd::probe {

/// One sample line, `name{key="value",...} number [time]`, without escapes: ids have none.
struct SampleLine {
  std::string_view name;
  std::map<std::string_view, std::string_view> labels;
  double value = 0;
};

/// False, and `out` is anything, for what is no sample.
[[nodiscard]] bool parse_sample(std::string_view line, SampleLine& out);

/// The value of the first sample of that name; nullopt when there is none.
[[nodiscard]] std::optional<double> sample_value(std::string_view metrics, std::string_view name);

}  // namespace subd::probe
