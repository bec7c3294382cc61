#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/condition.hpp"
#include "wire/stream_id.hpp"

namespace subd::wire {

/// Position of an indicator among the fragments of a stream's updates. The engine gives a slot to an indicator when its
/// first subscriber comes and may give it to another one after the last left; a View and an Update that met in one
/// outbox always mean the same indicator by it, because both sides change in the order of their mailbox.
using Slot = std::uint16_t;

/// What one session takes of a stream: slots, ascending, without repetition. Immutable and shared by every session of
/// an io thread that takes the same; no other thread ever has it, so that its holders are counted without atomics.
struct View : boost::intrusive_ref_counter<View, boost::thread_unsafe_counter> {
  View() = default;
  explicit View(std::vector<Slot> of) noexcept : slots{std::move(of)} {}
  std::vector<Slot> slots;
};
using ViewPtr = boost::intrusive_ptr<const View>;

/// One published update of one stream, serialised once for all subscribers.
///
/// Threads: built on one market thread, then immutable and shared with the io threads.
/// A subscriber's message is `head` + the fragments of its view joined by commas + `}}`.
class Update {
 public:
  StreamId stream{};
  std::uint64_t seq = 0;
  bool closed = false;  ///< a closed bar: nothing newer takes its place; a forming one is worthless after the next

  /// What it says of the stream's running conditions, by slot; empty when none runs.
  std::vector<ConditionState> conditions;

  [[nodiscard]] ConditionState condition(ConditionSlot slot) const noexcept {
    return slot < conditions.size() ? conditions[slot] : ConditionState::False;
  }

  /// Everything up to and including `"indicators":{`.
  std::string head;

  /// Lengths of the parts, in bytes and slots.
  struct Extent {
    std::size_t head = 0;
    std::size_t fragments = 0;
    std::size_t slots = 0;
  };
  [[nodiscard]] Extent extent() const noexcept { return {head.size(), fragments_.size(), offsets_.size()}; }
  /// Makes room for about so much, so that filling it allocates once a part.
  void reserve(const Extent& expected);

  /// Appends the fragment of `slot`, `"RSI_14_100":67.3`. Slots come in ascending order.
  void add_fragment(Slot slot, std::string_view text);

  /// Fragments that were added.
  [[nodiscard]] std::size_t fragment_count() const noexcept { return fragment_count_; }

  /// Fragment of `slot`; empty when this update carries none for it.
  [[nodiscard]] std::string_view fragment(Slot slot) const noexcept {
    if (slot >= offsets_.size()) return {};
    const auto [begin, size] = offsets_[slot];
    return std::string_view{fragments_}.substr(begin, size);
  }

  /// Bytes of the message that append_message would write.
  [[nodiscard]] std::size_t message_bytes(const View& view) const noexcept;

  /// Appends the subscriber's whole message. Cost: one copy of the bytes, no allocation once `out` has grown.
  void append_message(std::string& out, const View& view) const;

 private:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  std::size_t fragment_count_ = 0;
  std::string fragments_;
  std::vector<Range> offsets_;  // by slot
};
using UpdatePtr = std::shared_ptr<const Update>;

}  // namespace subd::wire
