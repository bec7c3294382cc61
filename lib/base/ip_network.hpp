#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace subd::base {

/// An IPv4 or IPv6 address. IPv4 is held as IPv6 holds it (::ffff:a.b.c.d), so that a peer has one value whichever
/// socket it came through.
class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  /// `::`
  constexpr IpAddress() noexcept = default;
  explicit constexpr IpAddress(const Bytes& bytes) noexcept : bytes_{bytes} {}
  [[nodiscard]] static IpAddress v4(const std::array<std::uint8_t, 4>& bytes) noexcept;
  /// `203.0.113.7`, `2001:db8::1`: nothing around it, no port, no zone; nullopt for anything else.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text) noexcept;

  [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool is_v4() const noexcept;
  [[nodiscard]] bool is_loopback() const noexcept;
  [[nodiscard]] std::string text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  Bytes bytes_{};
};

/// The addresses that share their first bits: `10.0.0.0/8`, `2001:db8::/32`. An address alone is a network of one.
///
/// Invariants: no bit behind the prefix is set. A network of IPv6 holds no IPv4 address, not even ::/0.
class IpNetwork {
 public:
  /// nullopt for what is no network, has a bit set behind the prefix, or a prefix written with a leading zero.
  [[nodiscard]] static std::optional<IpNetwork> parse(std::string_view text) noexcept;

  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  /// As parse() reads it; without a prefix where there is one address only.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;

 private:
  IpNetwork(const IpAddress& first, unsigned prefix) noexcept : first_{first}, prefix_{prefix} {}

  IpAddress first_;
  unsigned prefix_;  // bits of the 128
};

}  // namespace subd::base
