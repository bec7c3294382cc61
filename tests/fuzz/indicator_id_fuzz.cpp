// Any text is either refused with a message fit to show, or an indicator whose canonical id names it again.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "indicator/spec.hpp"

namespace {

using subd::indicator::Spec;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_canonical(const Spec& spec) {
  const auto again = subd::indicator::parse_id(spec.id);
  require(again.has_value());
  require(again->id == spec.id);
  require(again->definition == spec.definition);
  require(again->values == spec.values);
}

void check_runs(const Spec& spec) {
  const auto indicator = spec.definition->make(spec.values);
  std::vector<double> peeked(spec.definition->outputs.size());
  std::vector<double> committed(spec.definition->outputs.size());
  for (int i = 0; i < 16; ++i) {
    subd::market::Bar bar;
    bar.open = bar.close = 100 + i % 5;
    bar.high = bar.close + 1;
    bar.low = bar.close - 1;
    bar.volume = i;
    indicator->peek(bar, peeked);
    indicator->commit(bar, committed);
    for (std::size_t j = 0; j < committed.size(); ++j) {
      require(!std::isinf(committed[j]));
      require(peeked[j] == committed[j] || (std::isnan(peeked[j]) && std::isnan(committed[j])));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto spec = subd::indicator::parse_id(text);
  if (spec) {
    check_canonical(*spec);
    check_runs(*spec);
    return 0;
  }
  const auto& error = spec.error();
  require(!error.message.empty());
  require(error.message.size() < 300);
  return 0;
}
