#include "probe/metrics_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace subd::probe {

bool parse_sample(std::string_view line, SampleLine& out) {
  out = {};
  const auto name_end = line.find_first_of("{ ");
  if (name_end == std::string_view::npos) return false;
  out.name = line.substr(0, name_end);
  line.remove_prefix(name_end);
  if (line.front() == '{') {
    line.remove_prefix(1);
    while (!line.empty() && line.front() != '}') {
      const auto equals = line.find("=\"");
      if (equals == std::string_view::npos) return false;
      const auto close = line.find('"', equals + 2);
      if (close == std::string_view::npos) return false;
      out.labels[line.substr(0, equals)] = line.substr(equals + 2, close - equals - 2);
      line.remove_prefix(close + 1);
      if (!line.empty() && line.front() == ',') line.remove_prefix(1);
    }
    if (line.empty()) return false;
    line.remove_prefix(1);
  }
  const auto begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return false;
  line.remove_prefix(begin);
  // Prometheus writes exponents as 1e+06, which strtod reads.
  const std::string number{line.substr(0, line.find(' '))};
  char* end = nullptr;
  out.value = std::strtod(number.c_str(), &end);
  return !number.empty() && *end == '\0';
}

std::optional<double> sample_value(std::string_view metrics, std::string_view name) {
  SampleLine sample;
  while (!metrics.empty()) {
    const auto end = std::min(metrics.find('\n'), metrics.size());
    const std::string_view line = metrics.substr(0, end);
    metrics.remove_prefix(std::min(end + 1, metrics.size()));
    if (line.starts_with(name) && parse_sample(line, sample) && sample.name == name) return sample.value;
  }
  return std::nullopt;
}

}  // namespace subd::probe
