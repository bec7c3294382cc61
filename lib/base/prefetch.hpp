#pragma once

#include <cstddef>

namespace subd::base {

/// Asks the processor for `Bytes` bytes from `address` on. A hint: costs a few cycles, reads nothing, and any address
/// will do. Worth it only where what is fetched is not used at once.
template <std::size_t Bytes>
inline void prefetch(const void* address) noexcept {
  constexpr std::size_t kCacheLineBytes = 64;
  const auto* bytes = static_cast<const char*>(address);
  for (std::size_t at = 0; at < Bytes; at += kCacheLineBytes) __builtin_prefetch(bytes + at);
}

}  // namespace subd::base
