#include "daemon/control_backend.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "base/log.hpp"
#include "config/load.hpp"
#include "daemon/gather.hpp"
#include "daemon/token_verdict.hpp"
#include "server/io_thread.hpp"
#include "session/session.hpp"

namespace subd::daemon {
namespace {

using control::ControlError;
using control::Reply;

Reply<control::SessionReport> no_such_session(const std::string& id) {
  return control::not_found("no_such_session", fmt::format("no session {}; subctl sessions lists them", id));
}

/// Runs `question` on every io thread in turn and appends what each answers; false when one does not answer.
template <class T, class Question>
bool ask_all(Service& service, std::vector<T>& out, Question question) {
  for (const auto& io : service.io_threads) {
    auto answer =
        ask([&](auto task) { io->post(std::move(task)); }, [&thread = *io, question] { return question(thread); });
    if (!answer) return false;
    out.insert(out.end(), std::make_move_iterator(answer->begin()), std::make_move_iterator(answer->end()));
  }
  return true;
}

/// Runs `action` on the client of that id, on its io thread; the action's Reply, or 404.
template <class Answer, class Action>
Reply<Answer> with_client(Service& service, const std::string& id, Action action) {
  for (const auto& io : service.io_threads) {
    auto answer = ask([&](auto task) { io->post(std::move(task)); },
                      [&thread = *io, id, action]() -> std::optional<Reply<Answer>> {
                        session::Client* client = thread.find_client(id);
                        if (client == nullptr) return std::nullopt;
                        return action(*client);
                      });
    if (!answer) return control::owner_timeout();
    if (*answer) return std::move(**answer);
  }
  return no_such_session(id).error();
}

/// The same for what only a client of /ws/indicators has: streams.
template <class Answer, class Action>
Reply<Answer> with_session(Service& service, const std::string& id, Action action) {
  return with_client<Answer>(service, id, [action](session::Client& client) -> Reply<Answer> {
    if (client.kind() == session::ClientKind::Indicators) return action(static_cast<session::Session&>(client));
    return control::bad_request(
        fmt::format("{} is a client of {}: it has no streams", client.id(), session::client_kind_name(client.kind())));
  });
}

std::vector<control::StreamSubscription> subscriptions(const session::Session& session) {
  std::vector<control::StreamSubscription> out;
  for (const hub::Subscription* subscription : session.subscriptions()) {
    const auto ids = hub::Hub::topic_ids(*subscription);
    out.push_back({subscription->stream->symbol, subscription->stream->timeframe, {ids.begin(), ids.end()}});
  }
  return out;
}

/// The client protocol's error, as the control socket tells it.
ControlError to_control(const wire::Error& error) {
  const bool missing = error.code == wire::ErrorCode::NotSubscribed;
  return {missing ? 404 : 400, std::string{wire::error_code_name(error.code)}, error.message};
}

std::vector<wire::IndicatorRequest> as_requests(const std::vector<std::string>& ids) {
  std::vector<wire::IndicatorRequest> out;
  out.reserve(ids.size());
  for (const std::string& id : ids) out.push_back({id, std::nullopt});
  return out;
}

/// What the client says of itself.
control::SessionReport session_report(session::ClientReport&& from, std::size_t io_thread) {
  control::SessionReport out;
  out.id = std::move(from.id);
  out.kind = from.channel.empty() ? session::client_kind_name(from.kind) : from.channel;
  out.user = std::move(from.user);
  out.session_claim = std::move(from.session_claim);
  out.since = from.since;
  for (session::StreamReport& stream : from.streams) {
    out.streams.push_back({std::move(stream.symbol), std::move(stream.timeframe), std::move(stream.indicators)});
  }
  for (session::TickReport& tick : from.ticks) {
    out.ticks.push_back(
        {tick.token, std::move(tick.symbol), std::string{market::quote_mode_name(tick.mode)}, tick.throttle});
  }
  out.queue_messages = from.queue_messages;
  out.queue_bytes = from.queue_bytes;
  out.conflated = from.conflated;
  out.last_heartbeat = from.last_heartbeat;
  out.io_thread = io_thread;
  return out;
}

control::SessionReport session_report(server::ConnectionReport&& from, std::size_t io_thread) {
  control::SessionReport out = session_report(static_cast<session::ClientReport&&>(from), io_thread);
  out.address = std::move(from.address);
  out.sent = from.sent_messages;
  out.sent_bytes = from.sent_bytes;
  return out;
}

control::SessionReport session_report(session::ParkedReport&& from, std::size_t io_thread) {
  control::SessionReport out = session_report(std::move(from.client), io_thread);
  out.parked_left = from.left;
  return out;
}

control::SessionReport session_report(session::RestReport&& from, std::size_t io_thread) {
  control::SessionReport out;
  out.id = std::move(from.name);
  out.kind = "rest";
  out.user = std::move(from.user);
  out.session_claim = std::move(from.id);
  out.since = from.since;
  for (session::RestStream& stream : from.streams) {
    out.streams.push_back({std::move(stream.symbol), std::move(stream.timeframe), std::move(stream.indicators)});
  }
  out.last_heartbeat = from.used;
  out.io_thread = io_thread;
  return out;
}

}  // namespace

Reply<std::vector<control::SessionReport>> ControlBackend::sessions() {
  std::vector<control::SessionReport> out;
  std::size_t number = 0;
  for (const auto& io : service_.io_threads) {
    auto answer = ask([&](auto task) { io->post(std::move(task)); },
                      [&thread = *io] {
                        return std::tuple{thread.connections(), thread.parked_sessions(), thread.rest().reports()};
                      });
    if (!answer) return control::owner_timeout();
    std::apply(
        [&](auto&... lists) {
          const auto append = [&](auto& list) {
            for (auto& report : list) out.push_back(session_report(std::move(report), number));
          };
          (append(lists), ...);
        },
        *answer);
    ++number;
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.since < b.since; });
  return out;
}

Reply<control::SessionReport> ControlBackend::session(const std::string& id) {
  auto all = sessions();
  if (!all) return all.error();
  for (control::SessionReport& report : *all) {
    if (report.id == id) return std::move(report);
  }
  return no_such_session(id);
}

Reply<std::vector<control::ClosedSession>> ControlBackend::closed_sessions() {
  std::vector<server::ClosedConnection> closed;
  if (!ask_all(service_, closed, [](server::IoThread& io) { return io.closed_connections(); })) {
    return control::owner_timeout();
  }
  std::sort(closed.begin(), closed.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
  std::vector<control::ClosedSession> out;
  out.reserve(closed.size());
  for (server::ClosedConnection& c : closed) {
    out.push_back({std::move(c.id), std::move(c.user), std::move(c.address), c.at, c.code, std::move(c.text)});
  }
  return out;
}

Reply<std::string> ControlBackend::config_text() {
  return config::effective_text(reloader_.running());
}

Reply<std::string> ControlBackend::indicator_catalogue_json() {
  return *catalogue_;
}

Reply<std::string> ControlBackend::log_level() {
  return std::string{base::log::level_name(base::log::level())};
}

Reply<std::string> ControlBackend::set_log_level(const std::string& level) {
  const auto parsed = base::log::parse_level(level);
  if (!parsed) {
    return control::bad_request(fmt::format("level must be trace, debug, info, warn, error or off, got {}", level));
  }
  base::log::info("control", "log level changed", {{"level", level}});
  base::log::set_level(*parsed);
  return level;
}

Reply<control::ReloadReport> ControlBackend::reload() {
  return reloader_.reload();
}

Reply<control::DrainReport> ControlBackend::drain(std::chrono::milliseconds over) {
  if (service_.draining.load(std::memory_order_relaxed)) {
    return ControlError{409, "draining", "subd says goodbye to its clients already"};
  }
  const auto open = sessions();
  if (!open) return open.error();
  const auto leaving = std::count_if(open->begin(), open->end(),
                                     [](const control::SessionReport& session) { return session.kind != "rest"; });
  service_.drain_over_ms.store(over.count(), std::memory_order_relaxed);
  // The main thread ends the daemon, and a signal is what it waits for.
  ::kill(::getpid(), SIGTERM);
  return control::DrainReport{static_cast<std::size_t>(leaving), over};
}

Reply<void> ControlBackend::close_session(const std::string& id, const std::string& reason) {
  if (id.starts_with("rest_")) return close_rest_session(id);
  struct Done {};
  auto done = with_client<Done>(service_, id, [reason](session::Client& client) -> Reply<Done> {
    base::log::info("control", "session closed by operator", {{"session", client.id()}, {"reason", reason}});
    client.close(wire::close_reason::kClosedByOperator);
    return Done{};
  });
  if (!done) return done.error();
  return {};
}

Reply<void> ControlBackend::close_rest_session(const std::string& id) {
  std::size_t closed = 0;
  for (const auto& io : service_.io_threads) {
    const auto answer =
        ask([&](auto task) { io->post(std::move(task)); }, [&thread = *io, id] { return thread.rest().close(id); });
    if (!answer) return control::owner_timeout();
    closed += *answer;
  }
  if (closed == 0) return no_such_session(id).error();
  base::log::info("control", "session closed by operator", {{"session", id}});
  return {};
}

Reply<std::vector<control::StreamSubscription>> ControlBackend::add_subscription(
    const std::string& id, const control::StreamSubscription& stream, std::size_t history) {
  wire::SubscribeRequest request;
  request.symbol = stream.symbol;
  request.timeframe = stream.timeframe;
  request.indicators = as_requests(stream.indicators);
  request.history = static_cast<std::uint32_t>(std::min<std::size_t>(history, UINT32_MAX));
  using Streams = std::vector<control::StreamSubscription>;
  return with_session<Streams>(service_, id, [request](session::Session& session) -> Reply<Streams> {
    if (const auto error = session.add_subscription(request)) return to_control(*error);
    return subscriptions(session);
  });
}

Reply<std::vector<control::StreamSubscription>> ControlBackend::remove_subscription(
    const std::string& id, const control::StreamSubscription& stream) {
  wire::UnsubscribeRequest request;
  request.symbol = stream.symbol;
  request.timeframe = stream.timeframe;
  if (!stream.indicators.empty()) request.indicators = as_requests(stream.indicators);
  using Streams = std::vector<control::StreamSubscription>;
  return with_session<Streams>(service_, id, [request](session::Session& session) -> Reply<Streams> {
    if (const auto error = session.remove_subscription(request)) return to_control(*error);
    return subscriptions(session);
  });
}

Reply<control::IssuedToken> ControlBackend::issue_token(const control::TokenRequest& request) {
  if (!service_.authority.issuer) {
    return ControlError{501, "no_issuer", "subd has no HS256 secret to sign with: tokens are issued elsewhere"};
  }
  const base::UtcTime now = service_.clock.utc_now();
  try {
    std::string token = service_.authority.issuer->issue({request.user, request.session, request.tier, request.admin},
                                                         now, request.ttl);
    base::log::info("control", "token issued", {{"user", request.user}, {"ttl_s", request.ttl.count()}});
    return control::IssuedToken{std::move(token), std::chrono::floor<std::chrono::seconds>(now) + request.ttl};
  } catch (const std::invalid_argument& error) {
    return control::bad_request(error.what());
  }
}

Reply<control::TokenVerdict> ControlBackend::verify_token(const std::string& token) {
  const base::UtcTime now = service_.clock.utc_now();
  // The keys of now are with those who check.
  server::IoThread& io = *service_.io_threads.front();
  const auto verifier = ask([&](auto task) { io.post(std::move(task)); }, [&io] { return io.verifier(); });
  if (!verifier) return control::owner_timeout();
  control::TokenVerdict verdict = token_verdict(*verifier, token, now);
  const auto principal = verifier->verify(token, now);
  if (principal && revocations_.covers(*principal)) {
    verdict.valid = false;
    verdict.code = "revoked";
    verdict.explanation = auth::kRevokedMessage;
  }
  return verdict;
}

Reply<control::InstrumentList> ControlBackend::find_instruments(const control::InstrumentSearch& search) {
  return instruments_.find(search);
}

Reply<control::InstrumentReport> ControlBackend::instrument(const std::string& name) {
  return instruments_.show(name);
}

Reply<control::InstrumentImportReport> ControlBackend::import_instruments(std::string_view csv) {
  return instruments_.import(csv);
}

Reply<std::vector<control::StoredStream>> ControlBackend::stored_streams() {
  return bars_.streams();
}

Reply<std::string> ControlBackend::export_bars(const control::BarExport& wanted) {
  return bars_.export_csv(wanted);
}

Reply<control::BarImportReport> ControlBackend::import_bars(const control::BarStream& stream, std::string_view csv) {
  return bars_.import(stream, csv);
}

Reply<control::BarImportReport> ControlBackend::backfill_bars(const std::string& symbol, const std::string& timeframe,
                                                              std::optional<base::UtcTime> from) {
  return bars_.backfill(symbol, timeframe, from);
}

Reply<std::vector<control::ApiKeyReport>> ControlBackend::api_keys() {
  return api_keys_.list();
}

Reply<control::NewApiKey> ControlBackend::add_api_key(const control::ApiKeyRequest& request) {
  return api_keys_.add(request);
}

Reply<control::ApiKeyReport> ControlBackend::remove_api_key(const std::string& id) {
  return api_keys_.remove(id);
}

Reply<std::vector<control::UserReport>> ControlBackend::users() {
  return signals_.users();
}

Reply<control::UserReport> ControlBackend::set_tier(const std::string& user, const std::string& tier) {
  return signals_.set_tier(user, tier);
}

Reply<std::vector<control::SignalReport>> ControlBackend::signals(const control::SignalSearch& search) {
  return signals_.list(search);
}

Reply<std::vector<control::RevocationReport>> ControlBackend::revocations() {
  return revocations_.list();
}

Reply<control::RevocationReport> ControlBackend::revoke_tokens(const control::RevocationRequest& request) {
  return revocations_.revoke(request);
}

Reply<control::UsageTop> ControlBackend::usage_top(const control::UsageQuery& query) {
  return analytics_.top(query);
}

Reply<control::UsageTrend> ControlBackend::usage_trend(const control::UsageQuery& query) {
  return analytics_.trend(query);
}

}  // namespace subd::daemon
