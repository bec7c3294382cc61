#include "session/outbox.hpp"

#include <cassert>
#include <type_traits>
#include <utility>

namespace subd::session {
namespace {

/// What an entry costs beside its payload: the reference itself and the frame header.
constexpr std::size_t kEntryOverhead = 16;

/// Entries whose room an empty outbox keeps, in the long run and for the first so many.
constexpr std::size_t kMostKept = 64;
constexpr std::size_t kKeptWhileYoung = 4;
constexpr std::uint64_t kYoungEntries = 256;

bool is_shared(const Entry& entry) noexcept {
  return std::holds_alternative<SharedText>(entry.payload);
}

std::size_t cost(const Entry& entry) noexcept {
  return (is_shared(entry) ? 0 : entry.payload_bytes) + kEntryOverhead;
}

}  // namespace

void Entry::append_payload(std::string& out) const {
  if (const auto* bytes = std::get_if<std::string>(&payload)) {
    out += *bytes;
  } else if (const auto* update = std::get_if<UpdateView>(&payload)) {
    update->update->append_message(out, *update->view);
  } else if (const auto* shared = std::get_if<SharedText>(&payload)) {
    out += **shared;
  } else if (const auto* signal = std::get_if<wire::SignalPtr>(&payload)) {
    out += (*signal)->message;
  } else {
    const auto& tick = *std::get_if<TickView>(&payload);
    tick.tick->append_payload(out, tick.form);
  }
}

bool Outbox::fits(std::size_t bytes) const noexcept {
  const std::size_t used = pending_bytes_ + unsent_;
  return used <= hard_limit_ && bytes <= hard_limit_ - used;
}

template <class Payload>
PushOutcome Outbox::append(EntryKind kind, std::size_t payload_bytes, Payload&& payload) {
  constexpr bool is_reference = std::is_same_v<std::decay_t<Payload>, SharedText>;
  const std::size_t bytes = (is_reference ? 0 : payload_bytes) + kEntryOverhead;
  if (!fits(bytes)) return PushOutcome::Overflowed;
  Entry& entry = entries_.emplace_back();
  entry.kind = kind;
  entry.payload_bytes = payload_bytes;
  entry.payload.template emplace<std::decay_t<Payload>>(std::forward<Payload>(payload));
  pending_bytes_ += bytes;
  return PushOutcome::Queued;
}

Entry* Outbox::pending_at(std::uint64_t position) noexcept {
  // Position 0 means none; a position at or below popped_ has left.
  return position > popped_ ? &entries_[head_ + static_cast<std::size_t>(position - popped_ - 1)] : nullptr;
}

template <class Payload>
PushOutcome Outbox::replace(Entry& pending, Payload payload, std::size_t payload_bytes) {
  if (payload_bytes > pending.payload_bytes && !fits(payload_bytes - pending.payload_bytes)) {
    return PushOutcome::Overflowed;
  }
  pending_bytes_ = pending_bytes_ - pending.payload_bytes + payload_bytes;
  pending.payload = std::move(payload);
  pending.payload_bytes = payload_bytes;
  return PushOutcome::Conflated;
}

PushOutcome Outbox::push_update(hub::Subscription& subscription, const wire::UpdatePtr& update) {
  if (closing_) return PushOutcome::Queued;
  const bool kept = subscription.keeps(*update);
  const std::size_t payload_bytes = update->message_bytes(*subscription.view);
  Entry::UpdateView payload{update, subscription.view};
  if (Entry* pending = pending_at(subscription.pending_position)) {
    const PushOutcome outcome = replace(*pending, std::move(payload), payload_bytes);
    if (kept && outcome == PushOutcome::Conflated) subscription.pending_position = 0;
    return outcome;
  }
  const PushOutcome outcome = append(EntryKind::Text, payload_bytes, std::move(payload));
  if (outcome == PushOutcome::Queued) subscription.pending_position = kept ? 0 : newest_position();
  return outcome;
}

PushOutcome Outbox::push_tick(hub::TickSubscription& subscription, const wire::TickPtr& tick) {
  if (closing_) return PushOutcome::Queued;
  const std::size_t payload_bytes = tick->payload_bytes(subscription.form);
  Entry::TickView payload{tick, subscription.form};
  if (Entry* pending = pending_at(subscription.pending_position)) {
    return replace(*pending, std::move(payload), payload_bytes);
  }
  const bool packet = subscription.form.format == wire::TickFormat::Packet;
  const PushOutcome outcome = append(packet ? EntryKind::Packet : EntryKind::Text, payload_bytes, std::move(payload));
  if (outcome == PushOutcome::Queued) subscription.pending_position = newest_position();
  return outcome;
}

PushOutcome Outbox::push_text(std::string text, hub::Subscription* barrier) {
  if (closing_) return PushOutcome::Queued;
  const std::size_t bytes = text.size();
  const PushOutcome outcome = append(EntryKind::Text, bytes, std::move(text));
  if (barrier != nullptr && outcome == PushOutcome::Queued) barrier->pending_position = 0;
  return outcome;
}

PushOutcome Outbox::push_signal(wire::SignalPtr signal) {
  if (closing_) return PushOutcome::Queued;
  const std::size_t bytes = signal->message.size();
  return append(EntryKind::Text, bytes, std::move(signal));
}

PushOutcome Outbox::push_shared(SharedText text, std::size_t most) {
  if (closing_) return PushOutcome::Queued;
  const std::size_t bytes = text->size();
  if (pending_shared_ < most) {
    const PushOutcome outcome = append(EntryKind::Text, bytes, std::move(text));
    if (outcome == PushOutcome::Queued) ++pending_shared_;
    return outcome;
  }
  // Each place takes what the next one held and the last one the new text, so that no entry changes its position.
  Entry* place = nullptr;
  for (std::size_t i = head_; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (!is_shared(entry)) continue;
    if (place != nullptr) {
      place->payload = std::move(entry.payload);
      place->payload_bytes = entry.payload_bytes;
    }
    place = &entry;
  }
  assert(place != nullptr);  // there are as many as may be, which is one at least
  place->payload = std::move(text);
  place->payload_bytes = bytes;
  return PushOutcome::Dropped;
}

PushOutcome Outbox::push_binary(std::string bytes) {
  if (closing_) return PushOutcome::Queued;
  const std::size_t size = bytes.size();
  return append(EntryKind::Binary, size, std::move(bytes));
}

PushOutcome Outbox::push_control(EntryKind kind, std::string payload) {
  if (closing_) return PushOutcome::Queued;
  if (kind == EntryKind::Pong && pending_pongs_ >= kMaxPendingPongs) {
    if (Entry* pong = pending_at(last_pong_)) {
      pending_bytes_ = pending_bytes_ - pong->payload_bytes + payload.size();
      pong->payload_bytes = payload.size();
      pong->payload = std::move(payload);
      return PushOutcome::Conflated;
    }
  }
  const std::size_t bytes = payload.size();
  const PushOutcome outcome = append(kind, bytes, std::move(payload));
  if (kind == EntryKind::Pong && outcome == PushOutcome::Queued) {
    ++pending_pongs_;
    last_pong_ = newest_position();
  }
  return outcome;
}

void Outbox::push_close(std::uint16_t code, std::string reason) {
  if (closing_) return;
  closing_ = true;
  Entry& entry = entries_.emplace_back();
  entry.kind = EntryKind::Close;
  entry.close_code = code;
  entry.payload_bytes = reason.size();
  entry.payload = std::move(reason);
  pending_bytes_ += cost(entry);
}

Outbox::PacketRun Outbox::packets_in_front(std::size_t most_packets, std::size_t most_bytes) const noexcept {
  PacketRun run;
  for (std::size_t i = head_; i < entries_.size() && run.count < most_packets; ++i) {
    const Entry& entry = entries_[i];
    if (entry.kind != EntryKind::Packet || (run.count > 0 && run.bytes + entry.payload_bytes > most_bytes)) break;
    ++run.count;
    run.bytes += entry.payload_bytes;
  }
  return run;
}

void Outbox::on_timer() noexcept {
  constexpr std::uint8_t kQuietCalls = 10;
  const auto popped = static_cast<std::uint32_t>(popped_);
  if (!empty() || popped != popped_at_last_call_) {
    quiet_calls_ = 0;
  } else if (quiet_calls_ < kQuietCalls && ++quiet_calls_ == kQuietCalls) {
    std::vector<Entry>{}.swap(entries_);
    head_ = 0;
  }
  popped_at_last_call_ = popped;
}

void Outbox::pop_front() noexcept {
  Entry& entry = entries_[head_];
  pending_bytes_ -= cost(entry);
  if (entry.kind == EntryKind::Pong) --pending_pongs_;
  if (is_shared(entry)) --pending_shared_;
  ++popped_;
  ++head_;
  if (head_ == entries_.size()) {
    entries_.clear();
    head_ = 0;
    // One that was very long gives its memory back; another keeps it for the next turn, unless it is young: what a
    // client is told while it subscribes comes once.
    const std::size_t kept = popped_ < kYoungEntries ? kKeptWhileYoung : kMostKept;
    if (entries_.capacity() > kept) entries_.shrink_to_fit();
    return;
  }
  entry = Entry{};
  // Half of a long list is gone: move the rest down, at most one move per entry that left.
  if (head_ >= 64 && head_ * 2 >= entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace subd::session
