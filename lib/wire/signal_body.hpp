#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

/// What publishers of signals send -> checked structs. Pure; bounded work for any input; throws only bad_alloc.
namespace subd::wire {

/// Limits of a body, and of what is in it.
inline constexpr std::size_t kMaxSignalsPerBody = 500;
inline constexpr std::size_t kMaxSignalIdBytes = 128;
inline constexpr std::size_t kMaxSignalPayloadBytes = std::size_t{16} * 1024;

/// A signal as its publisher describes it.
struct SignalDraft {
  std::string id;
  bool premium = false;
  std::optional<base::UtcTime> created_at;
  /// The fields but created_at as members of an object, `"id":"sig_1",...`, in one order and spelling: two drafts say
  /// the same exactly when these texts are equal.
  std::string members;
};

struct SignalBodyError {
  enum class Kind : std::uint8_t {
    NotJson,
    TooMany,  ///< more signals than a body may have, or a payload that is too long
    BadField,
  };
  Kind kind = Kind::BadField;
  std::string message;  ///< names the field, the value and what is allowed: `signals[3].side must be ...`
};

/// Whether `text` may be the id of a signal: 1 to kMaxSignalIdBytes letters, digits and `._:-`.
[[nodiscard]] bool is_signal_id(std::string_view text) noexcept;

/// One signal as an object, or several: a list of them, or an object with such a list in `signals`. All of them or the
/// first thing that is wrong. Unknown fields are ignored.
[[nodiscard]] base::Result<std::vector<SignalDraft>, SignalBodyError> parse_signal_body(std::string_view text);

/// What clients get: `{"type":"signal",...}`. `members` as SignalDraft has them.
[[nodiscard]] std::string signal_message(std::string_view members, base::UtcTime created_at);

}  // namespace subd::wire
