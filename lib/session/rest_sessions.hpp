#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "session/rest_link.hpp"
#include "session/rest_session.hpp"

namespace subd::session {

/// A copy of what one REST session is, for inspection.
struct RestReport {
  std::string name;
  std::string user;
  std::string id;  ///< that the client chose
  base::UtcTime since{};
  base::UtcTime used{};
  std::vector<RestStream> streams;
};

/// The REST sessions of one io thread, which has all of those of its users.
///
/// Owner:      an IoThread; its thread.
/// Invariants: a session begins with its first subscription and ends with its last, or when nobody has used it for
///             Limits::rest_ttl; a user has at most Limits::rest_sessions_per_user, and
///             all together Limits::rest_sessions. Whatever is said to be subscribed is
///             in the ledger before.
class RestSessions final : private RestSession::Owner {
 public:
  explicit RestSessions(const StreamContext& context) noexcept : context_{context} {}
  RestSessions(const RestSessions&) = delete;
  RestSessions& operator=(const RestSessions&) = delete;

  /// Once, before the first request. Without a ledger nothing is kept for the next start.
  void keep_in(RestLedger& ledger) noexcept { ledger_ = &ledger; }
  /// A session of the last run, with its computations; forgotten for good when its time is over. The one that was not
  /// used for longest comes first.
  void restore(const RestRecord& record);

  /// Serves a request; `done` is called from within or later.
  void handle(const RestRequest& request, const RestDone& done);
  /// Ends those that nobody uses, and those that came to nothing.
  void on_timer();
  /// Ends the sessions of that name; how many there were.
  std::size_t close(std::string_view name);

  [[nodiscard]] std::vector<RestReport> reports() const;
  [[nodiscard]] std::size_t size() const noexcept { return by_key_.size(); }

 private:
  struct Entry {
    Entry(const StreamContext& context, RestKey key, RestSession::Owner& owner)
        : session{context, std::move(key), owner} {}

    RestSession session;
    base::UtcTime since{};
    base::UtcTime used{};
    base::UtcTime kept{};  ///< what the ledger has for `used`
  };
  using Entries = std::list<Entry>;

  // RestSession::Owner
  void accepted(RestSession& session, std::string text, RestDone done) override;
  void emptied(RestSession& session) override { emptied_.push_back(session.key()); }

  void subscribe(const RestRequest& request, const RestDone& done);
  void unsubscribe(const RestRequest& request, const RestDone& done);
  void read(const RestRequest& request, const RestDone& done);

  [[nodiscard]] Entries::iterator find(const RestKey& key) noexcept;
  Entries::iterator open(const RestKey& key);
  /// It was used now; the ledger hears of it now and then.
  void touch(Entries::iterator entry);
  void keep(Entry& entry, std::function<void()> done);
  /// Ends it, for good.
  Entries::iterator end(Entries::iterator entry);
  void remove(Entries::iterator entry);

  StreamContext context_;
  RestLedger* ledger_ = nullptr;
  Entries by_use_;  // the one that was not used for longest first
  std::map<RestKey, Entries::iterator> by_key_;
  std::map<std::string, std::size_t, std::less<>> by_user_;  // how many a user has
  std::vector<RestKey> emptied_;                             // since the last look; may take something again
};

}  // namespace subd::session
