#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "probe/request.hpp"
#include "probe/server_message.hpp"

namespace subd::probe {

/// One indicator of a stream as a tab wants it.
struct WantedIndicator {
  std::string id;           ///< as asked, the canonical id once it is known
  std::uint64_t asked = 0;  ///< ordinal of the newest request that asked for it
  bool canonical = false;
  bool confirmed = false;    ///< a reply has put it in force
  bool in_snapshot = false;  ///< a snapshot since then carried it: from now on every update does
  bool leaving = false;      ///< an unsubscribe is on its way: may still come, need not

  /// `RSI` and `RSI_14` mean `RSI_14_100`.
  [[nodiscard]] bool means(std::string_view full_id) const noexcept;
};

/// One stream as a tab wants it.
struct WantedStream {
  std::uint64_t asked = 0;
  bool confirmed = false;
  bool has_snapshot = false;
  bool leaving = false;
  std::uint32_t history = 0;
  /// A condition is in force, or was until a reply that no snapshot has followed yet.
  bool conditional = false;
  bool condition_ends = false;  ///< with the next snapshot
  /// When the first `subscribed` came that no snapshot with everything in force has followed yet.
  std::optional<base::MonoTime> awaits_snapshot;
  std::vector<WantedIndicator> indicators;

  [[nodiscard]] const WantedIndicator* find(std::string_view full_id) const noexcept;
};

/// What one tab asked for, and what of it is in force: the model that its messages are judged by. Requests are applied
/// in two steps, when sent (more is allowed, less is required) and when answered (less is allowed, more is required),
/// so that messages in flight are never blamed.
///
/// Threads: one owner. Pure.
class SubscriptionBook {
 public:
  using Key = std::pair<std::string, std::string>;  // symbol, timeframe
  struct Pending {
    Request request;
    std::uint64_t ordinal = 0;
    base::MonoTime sent{};
  };

  void sent(const Request& request, base::MonoTime at);

  /// The request that a reply's `id` (raw JSON) echoes, taken out of the waiting ones; nullopt: none waits for it.
  [[nodiscard]] std::optional<Pending> take(std::string_view id);

  /// A `subscribed` came for `pending`. `ids` are the canonical ids of the reply.
  void confirm(const Pending& pending, const std::vector<std::string_view>& ids, base::MonoTime now);
  /// An `unsubscribed` came for `pending`.
  void remove(const Pending& pending);
  /// An `error` came for `pending`: what it asked for is not in force.
  void refuse(const Pending& pending);
  /// A snapshot with these indicators came.
  void snapshot(WantedStream& stream, const std::vector<IndicatorValue>& values);

  [[nodiscard]] WantedStream* find(std::string_view symbol, std::string_view timeframe) noexcept;
  /// Whether updates of the stream may be left out: a condition is in force or asked for.
  [[nodiscard]] bool is_conditional(std::string_view symbol, std::string_view timeframe) const noexcept;
  [[nodiscard]] std::map<Key, WantedStream>& streams() noexcept { return streams_; }
  [[nodiscard]] std::vector<Pending>& pending() noexcept { return pending_; }
  [[nodiscard]] const std::vector<Pending>& pending() const noexcept { return pending_; }

  /// How `listed`, the `streams` of a reply, differs from what is in force; empty: it does not, or requests are on
  /// their way, so that nobody can say.
  [[nodiscard]] std::string difference(const std::vector<ListedStream>& listed) const;

 private:
  std::uint64_t ordinal_ = 0;
  std::map<Key, WantedStream> streams_;
  std::vector<Pending> pending_;
};

}  // namespace subd::probe
