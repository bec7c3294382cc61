#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"
#include "kite/text_message.hpp"

namespace subd::feed {

/// What the upstream says in text: counted, and logged once in a while for each kind. Of orders only that they came:
/// they are the account's affair.
///
/// Owner: KiteFeed; the market thread.
class TextLog {
 public:
  static constexpr std::chrono::seconds kInterval{10};
  static constexpr std::size_t kMostBytes = 300;

  explicit TextLog(const base::Clock& clock) noexcept : clock_{clock} {}

  /// `data` without secrets.
  void note(kite::TextKind kind, std::string_view data);

  [[nodiscard]] std::uint64_t count(kite::TextKind kind) const noexcept {
    return kinds_[static_cast<std::size_t>(kind)].count;
  }

 private:
  struct Kind {
    std::uint64_t count = 0;
    std::uint64_t unlogged = 0;  // since the last line
    base::MonoTime next_line{};
  };
  const base::Clock& clock_;
  std::array<Kind, 4> kinds_;  // by kite::TextKind
};

}  // namespace subd::feed
