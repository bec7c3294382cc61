#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "kite/request.hpp"
#include "market/quote.hpp"

namespace subd::feed {

/// Which token is subscribed on which of Kite's connections, and what is to be said there. No sockets, no time.
///
/// A token that is wanted is on one link that is up, or it waits for one. What is said on a link is the difference
/// between what is wanted there and what was said there since it came up, so that a link that was lost gets everything
/// again, and what came and went meanwhile is never said.
///
/// Owner:      KiteFeed; the market thread.
/// Invariants: a token is on one link at most; a link never has more than its limit, not even while tokens move.
class KitePool {
 public:
  /// Tokens in one message at most; Kite names no limit, and a message stays below 6 KB.
  static constexpr std::size_t kTokensPerMessage = 500;

  KitePool(std::size_t links, std::size_t tokens_per_link);

  /// Again for another mode. A token beyond what all links can hold waits until one is dropped.
  void want(std::uint32_t token, market::QuoteMode mode);
  void drop(std::uint32_t token);
  [[nodiscard]] bool wants(std::uint32_t token) const { return tokens_.contains(token); }

  /// The link is connected and has no subscriptions. REQUIRES: it was not up.
  void link_up(std::size_t link);
  /// Its tokens move to links with room, or wait. Answers how many it had.
  std::size_t link_down(std::size_t link);

  /// What is to be sent on the link next, in this order: about kTokensPerMessage tokens at most. Counts as said with
  /// this call. Empty for a link that is down, and when everything is said.
  [[nodiscard]] std::vector<kite::Request> next(std::size_t link);
  /// Something is to be said on a link that is up.
  [[nodiscard]] bool has_pending() const noexcept;

  /// Links that all tokens need.
  [[nodiscard]] std::size_t needed_links() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }
  /// Tokens for which there is room, but on a link that is not up.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size() - refused(); }
  /// Tokens beyond what all links can hold.
  [[nodiscard]] std::size_t refused() const noexcept;
  [[nodiscard]] std::size_t tokens_on(std::size_t link) const noexcept { return links_[link].assigned; }

  using ModeCounts = std::array<std::size_t, 3>;  // by QuoteMode
  /// Of every link. Looks at every token.
  [[nodiscard]] std::vector<ModeCounts> modes() const;

 private:
  struct Token {
    market::QuoteMode mode = market::QuoteMode::Ltp;
    std::optional<std::size_t> link;  // nullopt: it waits
  };
  struct Link {
    bool up = false;
    std::size_t assigned = 0;
    boost::unordered_flat_map<std::uint32_t, market::QuoteMode> said;
    std::deque<std::uint32_t> changed;  // to be compared with `said`; unsubscribed before their room is used again
    boost::unordered_flat_set<std::uint32_t> listed;  // in `changed`
  };

  void place(std::uint32_t token, Token& entry);
  void place_waiting();
  static void note(Link& link, std::uint32_t token);

  std::size_t tokens_per_link_;
  std::vector<Link> links_;
  boost::unordered_flat_map<std::uint32_t, Token> tokens_;
  std::set<std::uint32_t> waiting_;
};

}  // namespace subd::feed
