#include "subctl/row_problems.hpp"

#include <cstdio>

#include "subctl/display.hpp"

namespace subd::subctl {

void print_problems(const Json& report, const std::string& file) {
  const Json& problems = list_at(report, "problems");
  for (const Json& problem : problems) {
    std::fprintf(stderr, "subctl: %s:%s: %s\n", safe_text(file).c_str(), text_at(problem, "line").c_str(),
                 text_at(problem, "message").c_str());
  }
  const double more = number_at(report, "bad_rows") - static_cast<double>(problems.size());
  if (more > 0) std::fprintf(stderr, "subctl: %s: %.0f more rows were left out\n", safe_text(file).c_str(), more);
}

}  // namespace subd::subctl
