#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "server/settings.hpp"

namespace subd::server {

/// A socket that listens; owns its descriptor. Clients wait in the backlog until somebody accepts.
class Listener {
 public:
  /// Takes the descriptor over.
  explicit Listener(int descriptor) noexcept : descriptor_{descriptor} {}
  Listener(Listener&& other) noexcept
      : descriptor_{std::exchange(other.descriptor_, -1)}, address_{std::move(other.address_)} {}
  Listener& operator=(Listener&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(address_, other.address_);
    return *this;
  }
  ~Listener() { close(); }

  void close() noexcept;
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// As bound: `127.0.0.1:8081`.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  void set_address(std::string address) { address_ = std::move(address); }

 private:
  int descriptor_;
  std::string address_;
};

/// `count` listeners on one address and port, between which the kernel spreads the connections.
///
/// Sharing a port hides that another process has it, so that is asked first. Connections inherit TCP_NODELAY and, when
/// set, the send buffer size.
/// Throws std::runtime_error: `cannot listen on 127.0.0.1:8081: address already in use`.
[[nodiscard]] std::vector<Listener> bind_listeners(const Settings& settings, std::size_t count);

}  // namespace subd::server
