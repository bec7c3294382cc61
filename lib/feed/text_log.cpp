#include "feed/text_log.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/utf8_prefix.hpp"

namespace subd::feed {

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
        {"text", kind == kite::TextKind::Order ? std::string_view{} : base::utf8_prefix(data, kMostBytes)},
        {"unlogged_before", unlogged}});
}

}  // namespace subd::feed
