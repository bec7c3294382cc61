#include "base/random_id.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace subd::base {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error{"the system's random generator failed"};
  }
  return bytes;
}

std::string random_hex(std::size_t digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  const std::string bytes = random_bytes((digits + 1) / 2);
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kHex[byte >> 4];
    out += kHex[byte & 0xF];
  }
  out.resize(digits);
  return out;
}

}  // namespace subd::base
