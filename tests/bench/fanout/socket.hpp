#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace subd::bench {

/// Throws with `what` and the reason of errno, unless it is done.
void require(bool done, const char* what);

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

/// A TCP connection to 127.0.0.1 that is under way; non-blocking, without delay.
[[nodiscard]] Descriptor begin_connect(std::uint16_t port);
/// All of it, waiting for room where there is none; throws when the peer is gone.
void send_all(int descriptor, std::string_view bytes);
/// The body of one GET over a connection of its own.
[[nodiscard]] std::string http_get(std::uint16_t port, std::string_view path);
/// As many open files as the system allows.
void raise_file_limit() noexcept;

}  // namespace subd::bench
