#include "base/ip_network.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace subd::base {
namespace {

constexpr std::size_t kV4At = 12;  // in the bytes of an IPv6 address
constexpr unsigned kBits = 128;
constexpr unsigned kV4Bits = 32;
constexpr IpAddress::Bytes kV4Mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr IpAddress::Bytes kV6Loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

/// The bits of byte `index` that a prefix covers.
std::uint8_t mask_of(unsigned prefix, std::size_t index) noexcept {
  const auto first_bit = static_cast<unsigned>(index * 8);
  if (prefix >= first_bit + 8) return 0xFF;
  if (prefix <= first_bit) return 0;
  return static_cast<std::uint8_t>(0xFFU << (8 - (prefix - first_bit)));
}

/// `0` to `128`, nothing before or behind it.
std::optional<unsigned> parse_prefix(std::string_view text) noexcept {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

}  // namespace

IpAddress IpAddress::v4(const std::array<std::uint8_t, 4>& bytes) noexcept {
  Bytes mapped = kV4Mapped;
  std::copy(bytes.begin(), bytes.end(), mapped.begin() + kV4At);
  return IpAddress{mapped};
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<std::uint8_t, 4> short_form{};
  if (::inet_pton(AF_INET, terminated.data(), short_form.data()) == 1) return v4(short_form);
  Bytes bytes{};
  if (::inet_pton(AF_INET6, terminated.data(), bytes.data()) == 1) return IpAddress{bytes};
  return std::nullopt;
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(bytes_.begin(), bytes_.begin() + kV4At, kV4Mapped.begin());
}

bool IpAddress::is_loopback() const noexcept {
  return is_v4() ? bytes_[kV4At] == 127 : bytes_ == kV6Loopback;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + kV4At, out.data(), out.size());
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  }
  return out.data();
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) noexcept {
  const auto slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return std::nullopt;
  unsigned prefix = kBits;
  if (slash != std::string_view::npos) {
    const auto written = parse_prefix(text.substr(slash + 1));
    const bool dotted = address_text.find(':') == std::string_view::npos;
    if (!written || *written > (dotted ? kV4Bits : kBits)) return std::nullopt;
    prefix = dotted ? *written + kBits - kV4Bits : *written;
  }
  for (std::size_t i = 0; i < address->bytes().size(); ++i) {
    if ((address->bytes()[i] & ~mask_of(prefix, i)) != 0) return std::nullopt;
  }
  return IpNetwork{*address, prefix};
}

bool IpNetwork::contains(const IpAddress& address) const noexcept {
  if (address.is_v4() != first_.is_v4()) return false;
  for (std::size_t i = 0; i < address.bytes().size(); ++i) {
    if (((address.bytes()[i] ^ first_.bytes()[i]) & mask_of(prefix_, i)) != 0) return false;
  }
  return true;
}

std::string IpNetwork::text() const {
  if (prefix_ == kBits) return first_.text();
  return first_.text() + '/' + std::to_string(first_.is_v4() ? prefix_ - (kBits - kV4Bits) : prefix_);
}

}  // namespace subd::base
