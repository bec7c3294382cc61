#include "feed/text_log.hpp"

#include <utility>

#include "base/log.hpp"

namespace subd::feed {
namespace {

/// At most `most` bytes of UTF-8, cut between two characters.
std::string_view beginning(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

}  // namespace

void TextLog::note(kite::TextKind kind, std::string_view data) {
  Kind& entry = kinds_[static_cast<std::size_t>(kind)];
  ++entry.count;
  const base::MonoTime now = clock_.mono_now();
  if (now < entry.next_line) {
    ++entry.unlogged;
    return;
  }
  entry.next_line = now + kInterval;
  const std::uint64_t unlogged = std::exchange(entry.unlogged, 0);
  const auto line = kind == kite::TextKind::Error ? base::log::warn : base::log::info;
  line("kite", "the upstream says",
       {{"type", kite::text_kind_name(kind)},
        {"text", kind == kite::TextKind::Order ? std::string_view{} : beginning(data, kMostBytes)},
        {"unlogged_before", unlogged}});
}

}  // namespace subd::feed
