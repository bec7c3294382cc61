// No indicator allocates once it is made. A program of its own, because it replaces operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "series.hpp"

namespace {

std::size_t allocations = 0;

void* counted(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace subd::indicator::testing {
namespace {

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
