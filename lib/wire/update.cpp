#include "wire/update.hpp"

namespace subd::wire {

void Update::reserve(const Extent& expected) {
  // Numbers differ in their digits from one update to the next.
  constexpr std::size_t kSpareBytes = 64;
  head.reserve(expected.head + kSpareBytes);
  if (expected.fragments > 0) fragments_.reserve(expected.fragments + kSpareBytes);
  offsets_.reserve(expected.slots);
}

void Update::add_fragment(Slot slot, std::string_view text) {
  if (offsets_.size() <= slot) offsets_.resize(std::size_t{slot} + 1);
  offsets_[slot] = {static_cast<std::uint32_t>(fragments_.size()), static_cast<std::uint32_t>(text.size())};
  fragments_ += text;
  ++fragment_count_;
}

std::size_t Update::message_bytes(const View& view) const noexcept {
  std::size_t bytes = head.size() + 2;
  std::size_t count = 0;
  for (const Slot slot : view.slots) {
    const std::size_t size = fragment(slot).size();
    bytes += size;
    count += size > 0 ? 1 : 0;
  }
  return bytes + (count > 1 ? count - 1 : 0);
}

void Update::append_message(std::string& out, const View& view) const {
  out += head;
  bool first = true;
  for (const Slot slot : view.slots) {
    const std::string_view text = fragment(slot);
    if (text.empty()) continue;
    if (!first) out += ',';
    first = false;
    out += text;
  }
  out += "}}";
}

}  // namespace subd::wire
