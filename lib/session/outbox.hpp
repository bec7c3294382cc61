#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/prefetch.hpp"
#include "hub/subscription.hpp"
#include "hub/tick_subscription.hpp"
#include "wire/signal.hpp"
#include "wire/tick_update.hpp"
#include "wire/update.hpp"

namespace subd::session {

/// What Outbox::push_* did.
enum class PushOutcome : std::uint8_t {
  Queued,      ///< appended behind what is pending
  Conflated,   ///< took the place of the pending forming update of its subscription
  Overflowed,  ///< refused: would pass the hard limit; the caller closes the session
  Dropped,     ///< queued, and the oldest of its kind went for it
};

enum class EntryKind : std::uint8_t { Text, Binary, Packet, Ping, Pong, Close };

/// A text that many clients get, made once.
using SharedText = std::shared_ptr<const std::string>;

/// One message that waits to be written. Updates, ticks and shared texts are references: their bytes come into being, or
/// are copied, at the flush.
struct Entry {
  struct UpdateView {
    wire::UpdatePtr update;
    wire::ViewPtr view;
  };
  struct TickView {
    wire::TickPtr tick;
    wire::TickForm form;
  };

  EntryKind kind = EntryKind::Text;
  std::uint16_t close_code = 0;   ///< of Close
  std::size_t payload_bytes = 0;  ///< size of what append_payload appends
  std::variant<std::string, UpdateView, TickView, SharedText, wire::SignalPtr> payload;

  void append_payload(std::string& out) const;
};

/// Everything that waits to be written to one client, oldest first: updates, replies, pings, pongs, the close.
///
/// Owner:      one Client; its io thread.
/// Invariants: pending_bytes() + unsent() <= hard limit after every push that did not overflow (but for the close);
///             at most one pending forming update per subscription, and nothing of the same stream behind it; at most
///             one pending tick per subscription;
///             a closed bar, and an update that an edge condition let through, is never replaced or dropped;
///             a shared text counts towards the limits as a reference, since its bytes are not the client's;
///             after push_close nothing is accepted.
/// Errors:     throws only bad_alloc; overflow is an outcome and leaves the outbox unchanged.
class Outbox {
 public:
  explicit Outbox(std::size_t hard_limit_bytes) noexcept : hard_limit_{hard_limit_bytes} {}

  /// An update for `subscription`, with its view of now. It replaces the pending forming update of the same
  /// subscription, unless that one is to be kept (hub::Subscription::keeps).
  [[nodiscard]] PushOutcome push_update(hub::Subscription& subscription, const wire::UpdatePtr& update);

  /// A tick in the subscription's form of now. It replaces the pending one of the same subscription.
  [[nodiscard]] PushOutcome push_tick(hub::TickSubscription& subscription, const wire::TickPtr& tick);

  /// A reply or snapshot. With `barrier`, later updates of that subscription stay behind it.
  [[nodiscard]] PushOutcome push_text(std::string text, hub::Subscription* barrier = nullptr);

  /// A shared text. Beyond `most` pending ones (at least 1) the oldest goes; their order stays.
  [[nodiscard]] PushOutcome push_shared(SharedText text, std::size_t most);

  /// A signal: never replaced or dropped.
  [[nodiscard]] PushOutcome push_signal(wire::SignalPtr signal);

  /// A message of bytes.
  [[nodiscard]] PushOutcome push_binary(std::string bytes);

  /// Ping or Pong. Beyond kMaxPendingPongs the newest pong replaces the last one, as RFC 6455 5.5.3 allows.
  [[nodiscard]] PushOutcome push_control(EntryKind kind, std::string payload);

  /// Always accepted; drops nothing that is pending.
  void push_close(std::uint16_t code, std::string reason);

  [[nodiscard]] bool empty() const noexcept { return head_ == entries_.size(); }
  [[nodiscard]] std::size_t pending_messages() const noexcept { return entries_.size() - head_; }
  [[nodiscard]] std::size_t pending_bytes() const noexcept { return pending_bytes_; }
  [[nodiscard]] bool closing() const noexcept { return closing_; }

  /// Packets at the front, as many of them as fit both limits; at least one when there is one.
  struct PacketRun {
    std::size_t count = 0;
    std::size_t bytes = 0;  ///< of their payloads
  };
  [[nodiscard]] PacketRun packets_in_front(std::size_t most_packets, std::size_t most_bytes) const noexcept;

  /// Oldest entry. REQUIRES: !empty().
  [[nodiscard]] const Entry& front() const noexcept { return entries_[head_]; }
  void pop_front() noexcept;
  /// A hint that front() is looked at soon.
  void prefetch_front() const noexcept { base::prefetch<sizeof(Entry)>(entries_.data() + head_); }

  /// Bytes that were taken from the outbox but not yet accepted by the socket; they count towards the limit.
  void set_unsent(std::size_t bytes) noexcept { unsent_ = bytes; }
  [[nodiscard]] std::size_t unsent() const noexcept { return unsent_; }
  /// Another value than before whenever the socket has taken something.
  [[nodiscard]] std::uint64_t progress() const noexcept { return (popped_ << 32) - unsent_; }

  /// A call now and then: one that was not used between several of them gives its memory back. Most of many clients
  /// were told much when they subscribed, and little since.
  void on_timer() noexcept;

  static constexpr std::size_t kMaxPendingPongs = 64;

 private:
  [[nodiscard]] bool fits(std::size_t bytes) const noexcept;
  /// Makes an entry where it stays: what is moved about costs as much as a small message.
  template <class Payload>
  [[nodiscard]] PushOutcome append(EntryKind kind, std::size_t payload_bytes, Payload&& payload);
  /// Replaces what a pending entry says; Overflowed, and nothing changed, where the longer one has no room.
  template <class Payload>
  [[nodiscard]] PushOutcome replace(Entry& pending, Payload payload, std::size_t payload_bytes);
  [[nodiscard]] Entry* pending_at(std::uint64_t position) noexcept;
  [[nodiscard]] std::uint64_t newest_position() const noexcept { return popped_ + pending_messages(); }

  std::size_t hard_limit_;
  std::size_t pending_bytes_ = 0;
  std::size_t unsent_ = 0;
  std::size_t head_ = 0;         // of entries_
  std::uint64_t popped_ = 0;     // entries that ever left; position = popped_ + offset + 1
  std::uint64_t last_pong_ = 0;  // position of the newest pending pong
  std::uint32_t pending_pongs_ = 0;
  std::size_t pending_shared_ = 0;
  bool closing_ = false;
  std::uint8_t quiet_calls_ = 0;           // of on_timer(), since an entry left
  std::uint32_t popped_at_last_call_ = 0;  // popped_, its low bits
  std::vector<Entry> entries_;
};

}  // namespace subd::session
