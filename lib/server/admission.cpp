#include "server/admission.hpp"

#include <fmt/format.h>

#include <utility>

namespace subd::server {
namespace {

constexpr std::size_t kV6CustomerBytes = 8;  // a /64

template <std::size_t... Kind>
std::array<Tally, sizeof...(Kind)> tallies(const AdmissionLimits& limits, std::index_sequence<Kind...>) {
  return {Tally{limits.per_address_of_kind[Kind]}...};
}

/// What an address counts as. A view into `address`.
std::string_view customer(const base::IpAddress& address) noexcept {
  const auto& bytes = address.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), address.is_v4() ? bytes.size() : kV6CustomerBytes};
}

std::optional<Refusal> take(Tally& tally, std::string_view key, Tally::Hold& hold, Refusal::Limit limit) {
  if (hold.is_of(key)) return std::nullopt;
  auto taken = tally.take(key);
  if (!taken) return Refusal{limit, tally.limit()};
  hold = std::move(*taken);
  return std::nullopt;
}

}  // namespace

std::string_view Refusal::reason() const noexcept {
  switch (limit) {
    case Limit::Connections:
      return "connection_limit";
    case Limit::Address:
      return "address_limit";
    case Limit::AddressOfKind:
      return "endpoint_address_limit";
    case Limit::Handshakes:
      return "tls_handshake_limit";
    case Limit::HandshakesOfAddress:
      return "tls_handshake_address_limit";
    case Limit::User:
      break;
  }
  return "user_limit";
}

std::string Refusal::detail() const {
  switch (limit) {
    case Limit::Connections:
      return "all connections of this server are taken";
    case Limit::Address:
      return fmt::format("at most {} connections from one address", allowed);
    case Limit::AddressOfKind:
      return fmt::format("at most {} connections from one address to this endpoint", allowed);
    case Limit::Handshakes:
      return fmt::format("at most {} unfinished handshakes", allowed);
    case Limit::HandshakesOfAddress:
      return fmt::format("at most {} unfinished handshakes with one address", allowed);
    case Limit::User:
      break;
  }
  return fmt::format("at most {} connections of one user", allowed);
}

Admission::Place::Place(Place&& other) noexcept
    : admission_{std::exchange(other.admission_, nullptr)},
      address_{std::move(other.address_)},
      endpoint_{std::move(other.endpoint_)},
      user_{std::move(other.user_)} {}

Admission::Place& Admission::Place::operator=(Place&& other) noexcept {
  std::swap(admission_, other.admission_);
  address_ = std::move(other.address_);
  endpoint_ = std::move(other.endpoint_);
  user_ = std::move(other.user_);
  return *this;
}

Admission::Place::~Place() {
  if (admission_ != nullptr) admission_->taken_.fetch_sub(1, std::memory_order_relaxed);
}

std::optional<Refusal> Admission::Place::come_from(const base::IpAddress& address) {
  return server::take(admission_->addresses_, customer(address), address_, Refusal::Limit::Address);
}

std::optional<Refusal> Admission::Place::enter(session::ClientKind kind, const base::IpAddress& address,
                                               std::string_view user) {
  Tally& tally = admission_->endpoints_[static_cast<std::size_t>(kind)];
  auto refusal = server::take(tally, customer(address), endpoint_, Refusal::Limit::AddressOfKind);
  if (!refusal && !user.empty()) refusal = belong_to(user);
  if (refusal) endpoint_ = {};
  return refusal;
}

std::optional<Refusal> Admission::Place::belong_to(std::string_view user) {
  return server::take(admission_->users_, user, user_, Refusal::Limit::User);
}

Admission::Admission(const AdmissionLimits& limits)
    : connections_{limits.connections},
      addresses_{limits.per_address},
      endpoints_{tallies(limits, std::make_index_sequence<session::kClientKinds>{})},
      users_{limits.per_user},
      handshakes_{limits.handshakes},
      handshake_addresses_{limits.handshakes_per_address} {}

void Admission::change(const AdmissionLimits& limits) noexcept {
  connections_.store(limits.connections, std::memory_order_relaxed);
  addresses_.change(limits.per_address);
  for (std::size_t kind = 0; kind < endpoints_.size(); ++kind)
    endpoints_[kind].change(limits.per_address_of_kind[kind]);
  users_.change(limits.per_user);
  handshakes_.change(limits.handshakes);
  handshake_addresses_.change(limits.handshakes_per_address);
}

Admission::Place Admission::take() noexcept {
  std::size_t taken = taken_.load(std::memory_order_relaxed);
  while (taken < connections_.load(std::memory_order_relaxed)) {
    // Only the number itself is shared: no order with other memory is needed.
    if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed)) return Place{*this};
  }
  return {};
}

std::optional<Refusal> Admission::begin(Handshake& handshake, const base::IpAddress& peer, bool shared) {
  auto refusal = server::take(handshakes_, "all", handshake.total_, Refusal::Limit::Handshakes);
  if (!refusal && !shared) {
    refusal =
        server::take(handshake_addresses_, customer(peer), handshake.address_, Refusal::Limit::HandshakesOfAddress);
  }
  if (refusal) handshake = {};
  return refusal;
}

std::size_t Admission::counted_keys() const {
  std::size_t count = addresses_.keys() + users_.keys() + handshakes_.keys() + handshake_addresses_.keys();
  for (const Tally& endpoint : endpoints_) count += endpoint.keys();
  return count;
}

}  // namespace subd::server
