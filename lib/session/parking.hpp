#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/principal.hpp"
#include "base/clock.hpp"
#include "session/client.hpp"
#include "wire/close_reason.hpp"

namespace subd::session {

/// What became of clients that waited, since the start.
struct ParkingCounters {
  std::uint64_t parked = 0;
  /// Those that did not come back: `window`, `limit`, or the text of their close reason.
  std::map<std::string_view, std::uint64_t> ended;
};

/// A parked client, for inspection.
struct ParkedReport {
  ClientReport client;
  std::chrono::milliseconds left{};  ///< of the window
};

/// Clients that lost their connection and may be carried on by another: each waits for Limits::resume_window, as long as
/// its token would let it in.
///
/// Owner:      an io thread.
/// Invariants: no more than Limits::max_parked at a time, and max_parked_per_user of one user: the oldest goes, for good.
class Parking {
 public:
  explicit Parking(const ClientContext& context) noexcept : context_{context} {}

  /// Takes over a client that its connection parked with nowhere().
  void park(std::unique_ptr<Client> client);
  [[nodiscard]] Transport& nowhere() noexcept { return nowhere_; }

  /// Null: there is none of that token.
  [[nodiscard]] const Client* find_token(std::string_view resume_token) const noexcept;
  /// Gives it back, still parked. REQUIRES: find_token().
  [[nodiscard]] std::unique_ptr<Client> take(std::string_view resume_token);

  /// Ends those whose window or token is over, and those that were closed.
  void on_timer();
  void close_all(const wire::CloseReason& reason);
  void close_if(const std::function<bool(const auth::Principal& principal)>& is_refused);

  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }
  [[nodiscard]] const ParkingCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::vector<ParkedReport> reports() const;
  /// By Client::id(); null: there is none. Closing it is done with at the next on_timer().
  [[nodiscard]] Client* find(std::string_view id) noexcept;

 private:
  class Nowhere final : public Transport {
   public:
    void request_flush() noexcept override {}
  };
  struct Waiting {
    std::unique_ptr<Client> client;
    base::MonoTime until{};
  };
  using Place = std::list<Waiting>::iterator;

  /// Ends the client for good; `why` is a literal.
  void end(Place place, const wire::CloseReason& reason, std::string_view why);
  /// Ends the oldest where one more would be too many.
  void make_room(std::string_view user);

  const ClientContext& context_;
  Nowhere nowhere_;
  std::list<Waiting> waiting_;  ///< oldest first, and so in the order in which their windows end
  std::unordered_map<std::string_view, Place> by_token_;  ///< views into the clients
  std::unordered_map<std::string, std::size_t> by_user_;
  ParkingCounters counters_;
};

}  // namespace subd::session
