#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_network.hpp"
#include "server/tally.hpp"
#include "session/client.hpp"

namespace subd::server {

/// How many connections may be open at a time, over all io threads. Beside the first, 0 means no limit.
struct AdmissionLimits {
  std::size_t connections = 20'000;
  std::size_t per_address = 0;
  std::size_t per_user = 0;  ///< WebSockets of one user
  /// WebSockets of one kind from one address, by session::ClientKind.
  std::array<std::size_t, session::kClientKinds> per_address_of_kind{};
  std::size_t handshakes = 512;             ///< unfinished ones of TLS
  std::size_t handshakes_per_address = 64;  ///< of those, from one address
};

/// A limit that kept a connection out.
struct Refusal {
  enum class Limit : std::uint8_t { Connections, Address, AddressOfKind, User, Handshakes, HandshakesOfAddress };
  Limit limit = Limit::Connections;
  std::size_t allowed = 0;

  /// `connection_limit`, `address_limit`, `endpoint_address_limit`, `user_limit`, `tls_handshake_limit`,
  /// `tls_handshake_address_limit`: the name in metrics.
  [[nodiscard]] std::string_view reason() const noexcept;
  /// For people: `at most 5 connections from one address to this endpoint`.
  [[nodiscard]] std::string detail() const;
};

/// Admission control: the one place where connections are counted, in total, by address and by user.
///
/// An address counts by itself if it is IPv4, by its /64 if it is IPv6, because that is what one customer gets.
///
/// Threads:    any. Outlives every Place.
/// Invariants: nobody is let in beyond a limit; a Place gives back all that it holds, whatever way its connection ends.
class Admission {
 public:
  /// What one connection holds: its place among all, and step by step those of its address, endpoint and user.
  ///
  /// Owner: the connection; its io thread.
  class Place {
   public:
    Place() noexcept = default;
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();

    /// Whether it holds a place among all connections at all.
    [[nodiscard]] explicit operator bool() const noexcept { return admission_ != nullptr; }

    // Each of these takes, or says which limit is reached and changes nothing. REQUIRES: a place.
    /// From now on the connection is one of `address`, and no longer of the one before.
    [[nodiscard]] std::optional<Refusal> come_from(const base::IpAddress& address);
    /// The connection becomes a WebSocket of that kind, from `address` and of `user`; empty = not yet known.
    [[nodiscard]] std::optional<Refusal> enter(session::ClientKind kind, const base::IpAddress& address,
                                               std::string_view user);
    /// The WebSocket is of that user, whose token came late.
    [[nodiscard]] std::optional<Refusal> belong_to(std::string_view user);

   private:
    friend class Admission;
    explicit Place(Admission& admission) noexcept : admission_{&admission} {}

    Admission* admission_ = nullptr;
    Tally::Hold address_;
    Tally::Hold endpoint_;
    Tally::Hold user_;
  };

  /// What an unfinished handshake holds beside its Place; given back when destroyed.
  ///
  /// Owner: the connection; its io thread.
  class Handshake {
    friend class Admission;
    Tally::Hold total_;
    Tally::Hold address_;
  };

  explicit Admission(const AdmissionLimits& limits);
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  /// For those that come from now on; who is in stays.
  void change(const AdmissionLimits& limits) noexcept;

  /// A place among all connections; an empty one when all are taken.
  [[nodiscard]] Place take() noexcept;
  /// Why take() gave an empty place.
  [[nodiscard]] Refusal full() const noexcept {
    return {Refusal::Limit::Connections, connections_.load(std::memory_order_relaxed)};
  }

  /// Lets a handshake with `peer` begin, or says which limit is reached and changes nothing. Where `shared`, the address
  /// is that of many clients, and only their total counts.
  [[nodiscard]] std::optional<Refusal> begin(Handshake& handshake, const base::IpAddress& peer, bool shared);

  [[nodiscard]] std::size_t taken() const noexcept { return taken_.load(std::memory_order_relaxed); }
  /// Addresses, addresses of an endpoint and users that hold something.
  [[nodiscard]] std::size_t counted_keys() const;

 private:
  std::atomic<std::size_t> connections_;
  std::atomic<std::size_t> taken_{0};
  Tally addresses_;
  std::array<Tally, session::kClientKinds> endpoints_;
  Tally users_;
  Tally handshakes_;  ///< under one key
  Tally handshake_addresses_;
};

}  // namespace subd::server
