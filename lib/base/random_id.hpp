#pragma once

#include <cstddef>
#include <string>

namespace subd::base {

/// `digits` lower-case hex digits from the operating system's cryptographic generator; unguessable, so that an id can
/// also serve as a capability. Throws std::runtime_error when the generator fails. Threads: safe from any.
[[nodiscard]] std::string random_hex(std::size_t digits);

/// `count` random bytes, same source and errors.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace subd::base
