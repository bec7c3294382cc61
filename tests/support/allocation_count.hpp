#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

/// Counts what a program allocates, by replacing operator new: to be included by one file of a program of its own.
/// A program under a sanitizer has another operator new, and nothing is counted right.
namespace subd::test {

inline std::size_t allocations = 0;

inline void* counted(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}

}  // namespace subd::test

void* operator new(std::size_t size) {
  return subd::test::counted(size);
}
void* operator new[](std::size_t size) {
  return subd::test::counted(size);
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
