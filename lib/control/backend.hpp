#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "control/account_reports.hpp"
#include "control/analytics_reports.hpp"
#include "control/api_key_reports.hpp"
#include "control/catalogue_reports.hpp"
#include "control/channel_reports.hpp"
#include "control/lifecycle_reports.hpp"
#include "control/reports.hpp"
#include "control/upstream_reports.hpp"

namespace subd::control {

/// Why a request was not answered with a value. `code` is for programs, `message` for people: it names the field, the
/// value and what is allowed.
struct ControlError {
  int http_status = 500;
  std::string code;
  std::string message;
};

template <class T>
using Reply = base::Result<T, ControlError>;

/// The errors that every backend has in common; another one is written out where it happens.
[[nodiscard]] ControlError bad_request(std::string message);                  ///< 400 `bad_request`
[[nodiscard]] ControlError not_found(std::string code, std::string message);  ///< 404, e.g. `no_such_session`
[[nodiscard]] ControlError owner_timeout();                                   ///< 504 `timeout`
[[nodiscard]] ControlError unavailable(std::string message);                  ///< 503 `unavailable`

/// What the control plane can ask of the daemon. `daemon` implements it, `Server` calls it.
///
/// Threads: every member is called on the control thread, one at a time. An implementation posts to the owner threads
///          and waits for at most 2 s, for files and stored bars at most 30 s, then answers owner_timeout(). It never
///          hands out a reference to live state.
/// Errors:  as values; no member throws.
class Backend {
 public:
  virtual ~Backend() = default;

  // Reads.
  [[nodiscard]] virtual Reply<StatusReport> status() = 0;
  [[nodiscard]] virtual Reply<std::vector<SessionReport>> sessions() = 0;
  /// 404 `no_such_session`.
  [[nodiscard]] virtual Reply<SessionReport> session(const std::string& id) = 0;
  /// Newest first, as many as the daemon remembers.
  [[nodiscard]] virtual Reply<std::vector<ClosedSession>> closed_sessions() = 0;
  [[nodiscard]] virtual Reply<std::vector<TopicReport>> topics() = 0;
  [[nodiscard]] virtual Reply<std::vector<StreamReport>> streams() = 0;
  [[nodiscard]] virtual Reply<UpstreamReport> upstream() = 0;
  [[nodiscard]] virtual Reply<std::vector<ChannelReport>> channels() = 0;
  /// Prometheus text exposition, the same bytes as GET /metrics.
  [[nodiscard]] virtual Reply<std::string> metrics_text() = 0;
  /// The effective configuration as TOML, secrets left out.
  [[nodiscard]] virtual Reply<std::string> config_text() = 0;
  /// The indicator catalogue, an array: the same JSON as GET /indicators/catalog.
  [[nodiscard]] virtual Reply<std::string> indicator_catalogue_json() = 0;
  [[nodiscard]] virtual Reply<std::string> log_level() = 0;
  /// A rejected token is a value with `valid == false`, not an error.
  [[nodiscard]] virtual Reply<TokenVerdict> verify_token(const std::string& token) = 0;

  /// The best matches among all instruments that are known: the feed's and those that were imported.
  [[nodiscard]] virtual Reply<InstrumentList> find_instruments(const InstrumentSearch& search) = 0;
  /// By symbol, alias or EXCHANGE:SYMBOL; 404 `unknown_symbol` with the nearest ones.
  [[nodiscard]] virtual Reply<InstrumentReport> instrument(const std::string& name) = 0;
  /// Every stream that has bars in the store.
  [[nodiscard]] virtual Reply<std::vector<StoredStream>> stored_streams() = 0;
  /// CSV with a header, as import_bars and a replay read it; 404 `no_bars` when nothing is stored of the stream.
  [[nodiscard]] virtual Reply<std::string> export_bars(const BarExport& wanted) = 0;
  /// Oldest first.
  [[nodiscard]] virtual Reply<std::vector<ApiKeyReport>> api_keys() = 0;
  /// Those whose tier somebody set, by id.
  [[nodiscard]] virtual Reply<std::vector<UserReport>> users() = 0;
  /// Oldest first; none for an unknown `since`.
  [[nodiscard]] virtual Reply<std::vector<SignalReport>> signals(const SignalSearch& search) = 0;
  /// Oldest first.
  [[nodiscard]] virtual Reply<std::vector<RevocationReport>> revocations() = 0;
  /// What was subscribed most; 400 `bad_request` for an unknown `by`.
  [[nodiscard]] virtual Reply<UsageTop> usage_top(const UsageQuery& query) = 0;
  /// The same by the hour.
  [[nodiscard]] virtual Reply<UsageTrend> usage_trend(const UsageQuery& query) = 0;

  // Writes.
  /// Closes with code 4006; `reason` may be empty. 404 `no_such_session`.
  [[nodiscard]] virtual Reply<void> close_session(const std::string& id, const std::string& reason) = 0;
  /// As if the session's client had sent `subscribe`; answers all streams of the session afterwards. `indicators`
  /// empty = base data only. 404 `no_such_session`, 400 with the codes of the client protocol.
  [[nodiscard]] virtual Reply<std::vector<StreamSubscription>> add_subscription(const std::string& id,
                                                                                const StreamSubscription& stream,
                                                                                std::size_t history) = 0;
  /// As if the session's client had sent `unsubscribe`; `indicators` empty = the whole stream.
  [[nodiscard]] virtual Reply<std::vector<StreamSubscription>> remove_subscription(
      const std::string& id, const StreamSubscription& stream) = 0;
  [[nodiscard]] virtual Reply<IssuedToken> issue_token(const TokenRequest& request) = 0;
  /// The tokens are refused from now on, and their connections are closed when the answer comes.
  [[nodiscard]] virtual Reply<RevocationReport> revoke_tokens(const RevocationRequest& request) = 0;
  /// The user's connections have the tier within a moment. 400 `bad_request` for an unknown tier.
  [[nodiscard]] virtual Reply<UserReport> set_tier(const std::string& user, const std::string& tier) = 0;
  /// Takes a dump of instruments (CSV) in place of the one before. It is searched at once; the feed takes descriptions
  /// from it at the next start. 400 `bad_file` when nothing of it can be read.
  [[nodiscard]] virtual Reply<InstrumentImportReport> import_instruments(std::string_view csv) = 0;
  /// Stores the bars of a CSV file; a stream that begins later starts with them. 400 `bad_file` as above.
  [[nodiscard]] virtual Reply<BarImportReport> import_bars(const BarStream& stream, std::string_view csv) = 0;
  /// Asks the feed for its history and stores it; `from` absent = as many bars as a stream holds. 404 `no_history` when
  /// the feed has none.
  [[nodiscard]] virtual Reply<BarImportReport> backfill_bars(const std::string& symbol, const std::string& timeframe,
                                                             std::optional<base::UtcTime> from) = 0;
  /// The key works when the answer comes. 400 `bad_request` for an unknown role.
  [[nodiscard]] virtual Reply<NewApiKey> add_api_key(const ApiKeyRequest& request) = 0;
  /// The key is refused from now on, and connections that it opened are closed. 404 `no_such_key`.
  [[nodiscard]] virtual Reply<ApiKeyReport> remove_api_key(const std::string& id) = 0;
  /// `trace debug info warn error off`; 400 `bad_request` for anything else. Answers the level now in force.
  [[nodiscard]] virtual Reply<std::string> set_log_level(const std::string& level) = 0;
  /// Reads the configuration and the certificate again. 422 `bad_configuration` with everything that is wrong, a line
  /// each; nothing is changed then.
  [[nodiscard]] virtual Reply<ReloadReport> reload() = 0;
  /// The daemon says goodbye to its clients, spread over that time, and ends; the answer comes first. 409 `draining`
  /// when it is at that already.
  [[nodiscard]] virtual Reply<DrainReport> drain(std::chrono::milliseconds over) = 0;
};

}  // namespace subd::control
