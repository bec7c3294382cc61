#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "session/client.hpp"

namespace subd::test {

class CountingTransport final : public session::Transport {
 public:
  void request_flush() noexcept override { ++flushes; }
  int flushes = 0;
};

/// Empties the outbox: what the client would read, one line a message.
inline std::vector<std::string> take_messages(session::Outbox& outbox) {
  std::vector<std::string> out;
  while (!outbox.empty()) {
    const session::Entry& entry = outbox.front();
    if (entry.kind == session::EntryKind::Close) {
      out.push_back("close " + std::to_string(entry.close_code));
    } else if (entry.kind == session::EntryKind::Ping) {
      out.push_back("ping");
    } else {
      out.emplace_back();
      entry.append_payload(out.back());
    }
    outbox.pop_front();
  }
  return out;
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace subd::test
