// No indicator allocates once it is made. A program of its own, because it replaces operator new.
#include <gtest/gtest.h>

#include "series.hpp"
#include "support/allocation_count.hpp"

namespace subd::indicator::testing {
namespace {

using test::allocations;

TEST(Allocation, HappensWhenAnIndicatorIsMadeAndNeverAfter) {
  const auto bars = random_bars(31, 3000);
  for (const Definition* definition : catalogue()) {
    const Spec spec = default_spec(*definition);
    const std::size_t before = allocations;
    const auto indicator = definition->make(spec.values);
    EXPECT_GT(allocations, before) << "the count does not work";
    Row row(definition->outputs.size());
    const std::size_t made = allocations;
    for (const market::Bar& bar : bars) {
      indicator->peek(bar, row);
      indicator->commit(bar, row);
    }
    EXPECT_EQ(allocations, made) << spec.id;
  }
}

}  // namespace
}  // namespace subd::indicator::testing
