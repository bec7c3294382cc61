#include "wire/bar_json.hpp"

#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::wire {

void append_bar_fields(std::string& out, const market::Bar& bar) {
  out += R"("time":")";
  base::append_time(out, bar.start);
  out += R"(","open":)";
  base::append_number(out, bar.open);
  out += R"(,"high":)";
  base::append_number(out, bar.high);
  out += R"(,"low":)";
  base::append_number(out, bar.low);
  out += R"(,"close":)";
  base::append_number(out, bar.close);
  out += R"(,"volume":)";
  base::append_number(out, bar.volume);
}

}  // namespace subd::wire
