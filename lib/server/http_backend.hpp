#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "server/http_message.hpp"
#include "server/reports.hpp"
#include "session/ingest_link.hpp"
#include "session/rest_link.hpp"

namespace subd::server {

/// What runs here, for the landing page and the Server header.
struct ServiceFacts {
  std::string version;
  std::string feed;  ///< as configured, for people: `sim:seed=7`
  base::UtcTime started_at{};
};

/// Whether clients should be sent here.
struct Readiness {
  std::vector<std::string> reasons;  ///< why not, one sentence each
  [[nodiscard]] bool ready() const noexcept { return reasons.empty(); }
};

/// A client that polls signals.
struct SignalQuery {
  std::string user;
  std::string tier_claim;  ///< of its token; may be empty
  std::string since;       ///< the last signal that it has; empty: it wants the newest
  std::size_t limit = 0;
  std::string if_none_match;  ///< as the header has it
};

/// The holder of an API key who wants a token.
struct TokenWish {
  std::string user;
  bool admin = false;
  std::string body;  ///< of the request, not yet read
};

/// What the HTTP endpoints ask of the daemon, which implements it.
///
/// Threads: every member from any io thread, several at once; none may block or throw.
class HttpBackend {
 public:
  virtual ~HttpBackend() = default;
  [[nodiscard]] virtual const ServiceFacts& facts() const noexcept = 0;
  [[nodiscard]] virtual Readiness readiness() const = 0;
  /// The catalogue as one JSON text that does not change while the process runs.
  [[nodiscard]] virtual const std::string& catalogue_json() const noexcept = 0;
  /// Gathers the Prometheus text. `done` may be called at once or later, on any thread, at most once, or be dropped;
  /// also after the IoThread that asked is gone.
  virtual void metrics(std::function<void(std::string text)> done) = 0;
  /// Copies of the open WebSockets of `user`; of everybody where it is empty. `done` as that of metrics().
  virtual void connections(std::string user, std::function<void(std::vector<ConnectionReport>)> done) = 0;
  /// The same, added up, with the tiers in force.
  virtual void users(std::string user, std::function<void(std::vector<UserReport>)> done) = 0;
  /// Serves a request of a REST session, on the thread that has it. `done` as that of metrics().
  virtual void rest(session::RestRequest request, session::RestDone done) = 0;
  /// Whether published rows have anywhere to go. The same for the life of the process.
  [[nodiscard]] virtual bool takes_ingest() const noexcept = 0;
  /// Applies a publisher's batch. `done` as that of metrics(). REQUIRES: takes_ingest().
  virtual void ingest(session::IngestRequest request, std::function<void(session::IngestReply)> done) = 0;
  /// Stores what a publisher of signals sends, and pushes what is stored. `respond` here and below as `done` above.
  virtual void store_signals(std::string body, Respond respond) = 0;
  virtual void list_signals(SignalQuery query, Respond respond) = 0;
  virtual void issue_token(TokenWish wish, Respond respond) = 0;
};

}  // namespace subd::server
