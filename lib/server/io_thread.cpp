#include "server/io_thread.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>

#include "server/acceptor.hpp"
#include "server/client_factory.hpp"
#include "server/connection_set.hpp"
#include "server/http_set.hpp"
#include "server/ingest_port.hpp"

namespace subd::server {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

/// What one turn handles before it writes.
constexpr int kEventsPerTurn = 256;
/// Between two reports of what is subscribed.
constexpr std::chrono::seconds kUsageInterval{2};
/// Turns that the last operations get to come back after everything was cut.
constexpr int kFarewellTurns = 1000;

/// What the hub remembers for sessions that are resumed: from when their client was last heard, at the worst, until it
/// has said what it has.
hub::Retention retention(const session::Limits& limits) {
  if (limits.resume_window <= milliseconds{0}) return {};
  return {limits.resume_bars, limits.heartbeat_timeout + limits.resume_window + limits.position_timeout};
}

}  // namespace

struct IoThread::State {
  State(const ServerContext& server_context, hub::MarketLink& market, hub::TickLink& tick_link,
        channel::MarketLink& channel_link, hub::SignalLink& signal_link, Listener listener)
      : settings{server_context.settings},
        limits{server_context.limits},
        verifier{server_context.verifier},
        context{settings,
                limits,
                server_context.directory,
                verifier,
                server_context.clock,
                server_context.backend,
                server_context.admission,
                server_context.requests},
        hub{market, context.clock, retention(context.limits)},
        ticks{tick_link, context.clock},
        channels{channel_link},
        signals{signal_link, context.clock, context.settings.tier_refresh},
        client_context{context.verifier, context.clock, context.limits, {}, &context.requests},
        session_context{client_context, hub, context.directory},
        rest{{hub, context.directory, context.limits, context.clock}},
        tick_context{client_context, ticks, context.directory},
        channel_context{client_context, channels},
        signal_context{client_context, signals},
        ingest{io_context, context.backend},
        clients{client_context, session_context, tick_context, channel_context, signal_context, ingest},
        websockets{context.settings, clients, counters, turn_left},
        http{io_context, context, websockets, counters, turn_left},
        acceptor{*io_context, std::move(listener), context.clock,
                 [this](int descriptor, const Tcp::endpoint& peer) { http.admit(descriptor, peer); }},
        address{acceptor.address()} {}

  void run();
  void stop_accepting();
  void end_turn();
  void flush();
  void await_sweep(milliseconds after);
  void await_held();
  void await_goodbyes();
  void report_usage();
  void close_refused() {
    websockets.close_if([this](const auth::Principal& principal) { return http.refuses(principal); });
  }
  /// The last connection of all threads is gone: until then each answers whoever asks it.
  [[nodiscard]] bool finished() const noexcept {
    return stopping || (draining && websockets.empty() && http.empty() && context.admission.taken() == 0);
  }

  // This thread's own: what all were told, as it was changed since.
  Settings settings;
  session::Limits limits;
  auth::JwtVerifier verifier;
  const ServerContext context;  // with those
  std::shared_ptr<asio::io_context> io_context = std::make_shared<asio::io_context>(1);
  Counters counters;
  int turn_left = 0;  ///< events that this turn may still handle
  hub::Hub hub;
  hub::TickHub ticks;
  channel::ChannelHub channels;
  hub::SignalHub signals;
  session::ClientContext client_context;
  session::SessionContext session_context;
  session::RestSessions rest;
  session::TickContext tick_context;
  session::ChannelContext channel_context;
  session::SignalContext signal_context;
  IngestPort ingest;
  ClientFactory clients;
  ConnectionSet websockets;
  HttpSet http;
  Acceptor acceptor;
  std::optional<Acceptor> tls_acceptor;
  const std::string address;
  asio::steady_timer sweep_timer{*io_context};
  asio::steady_timer held_timer{*io_context};
  asio::steady_timer flush_timer{*io_context};
  asio::steady_timer drain_timer{*io_context};
  asio::steady_timer goodbye_timer{*io_context};
  std::function<void(std::vector<hub::Usage>)> usage_sink;  ///< may be empty
  base::MonoTime next_usage{};
  std::optional<base::MonoTime> held_due;  ///< what held_timer is set to
  bool flush_awaited = false;              ///< flush_timer runs
  bool draining = false;
  bool stopping = false;
  std::thread thread;
};

void IoThread::State::run() {
  acceptor.start();
  if (tls_acceptor) tls_acceptor->start();
  await_sweep(context.settings.sweep_interval);
  while (!finished()) {
    const bool unwritten = websockets.has_dirty() && !flush_awaited;
    turn_left = kEventsPerTurn - 1;
    if (unwritten) {
      io_context->poll_one();
    } else {
      io_context->run_one();
    }
    for (; turn_left > 0 && io_context->poll_one() > 0; --turn_left) {
    }
    end_turn();
  }
  stop_accepting();
  websockets.cut_all(wire::close_reason::kGoingAway);
  http.cut_all();
  for (asio::steady_timer* timer : {&sweep_timer, &held_timer, &flush_timer, &drain_timer, &goodbye_timer}) {
    timer->cancel();
  }
  for (int turns = 0; turns < kFarewellTurns && !(websockets.empty() && http.empty()); ++turns) {
    io_context->restart();
    io_context->poll();
    websockets.flush();
    websockets.reap();
    http.reap();
  }
  report_usage();
}

void IoThread::State::stop_accepting() {
  acceptor.stop();
  if (tls_acceptor) tls_acceptor->stop();
}

void IoThread::State::report_usage() {
  next_usage = context.clock.mono_now() + kUsageInterval;
  std::vector<hub::Usage> usage = hub.usage().take();
  if (usage_sink) usage_sink(std::move(usage));
}

void IoThread::State::end_turn() {
  ++counters.turns;
  await_held();
  if (websockets.has_dirty()) flush();
  websockets.reap();
  // Until the last of them is gone, who comes back too early is told so.
  if (draining && websockets.empty()) stop_accepting();
  http.reap();
}

void IoThread::State::flush() {
  const milliseconds window = context.settings.flush_window;
  if (window <= milliseconds{0} || draining) {
    websockets.flush();
    return;
  }
  if (flush_awaited) return;
  flush_awaited = true;
  flush_timer.expires_after(window);
  flush_timer.async_wait([this](const boost::system::error_code&) {
    flush_awaited = false;
    websockets.flush();
  });
}

void IoThread::State::await_sweep(milliseconds after) {
  sweep_timer.expires_after(after);
  sweep_timer.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    if (!websockets.on_timer()) {
      turn_left = 0;  // what ended is written and buried before more of them end
      await_sweep(milliseconds{0});
      return;
    }
    http.on_timer();
    rest.on_timer();
    signals.on_timer();
    if (context.clock.mono_now() >= next_usage) report_usage();
    await_sweep(context.settings.sweep_interval);
  });
}

void IoThread::State::await_held() {
  auto due = hub.release_held();
  if (const auto tick_due = ticks.release_held(); tick_due && (!due || *tick_due < *due)) due = tick_due;
  // A timer that is set too early costs one idle wake, setting it anew each turn costs more.
  if (!due || (held_due && *held_due <= *due)) return;
  held_due = due;
  held_timer.expires_after(*due - context.clock.mono_now());
  held_timer.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) held_due.reset();
  });
}

void IoThread::State::await_goodbyes() {
  const auto due = websockets.say_due_goodbyes();
  if (!due) return;
  goodbye_timer.expires_after(*due - context.clock.mono_now());
  goodbye_timer.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) await_goodbyes();
  });
}

IoThread::IoThread(const ServerContext& context, hub::MarketLink& market, hub::TickLink& ticks,
                   channel::MarketLink& channels, hub::SignalLink& signals, Listener listener)
    : state_{std::make_unique<State>(context, market, ticks, channels, signals, std::move(listener))} {}

IoThread::~IoThread() {
  stop();
}

void IoThread::report_usage_to(std::function<void(std::vector<hub::Usage>)> sink) {
  state_->usage_sink = std::move(sink);
}

void IoThread::keep_rest_sessions_in(session::RestLedger& ledger) noexcept {
  state_->rest.keep_in(ledger);
}

void IoThread::serve_tls(Listener listener, std::shared_ptr<const tls::Identity> identity) {
  state_->http.set_identity(std::move(identity));
  state_->tls_acceptor.emplace(
      *state_->io_context, std::move(listener), state_->context.clock,
      [state = state_.get()](int descriptor, const Tcp::endpoint& peer) { state->http.admit_tls(descriptor, peer); });
}

void IoThread::introduce(const std::vector<IoThread*>& all, std::size_t number) {
  state_->session_context.io_thread = number;
  // A peer that has ended takes no posts, but its queue has to be there.
  struct Peer {
    State* state;
    std::shared_ptr<asio::io_context> queue;
  };
  std::vector<Peer> peers;
  peers.reserve(all.size());
  for (const IoThread* one : all) peers.push_back({one->state_.get(), one->state_->io_context});
  state_->http.forward_by([peers = std::move(peers), number](std::size_t to, ByteStream& stream, Arrival& arrival) {
    if (to == number || to >= peers.size()) return false;
    asio::post(*peers[to].queue, [peer = peers[to].state, stream = LooseStream{std::move(stream)},
                                  arrival = std::move(arrival)]() mutable {
      ByteStream landed = std::move(stream).on(*peer->io_context);
      if (landed.is_open()) peer->http.land(std::move(landed), std::move(arrival));
    });
    return true;
  });
}

void IoThread::start() {
  if (!state_->thread.joinable()) state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

void IoThread::stop() {
  post([state = state_.get()] { state->stopping = true; });
  join();
}

void IoThread::join() {
  if (state_->thread.joinable()) state_->thread.join();
}

void IoThread::post(std::function<void()> task) {
  asio::post(*state_->io_context, std::move(task));
}

void IoThread::stop_accepting() {
  post([state = state_.get()] { state->stop_accepting(); });
}

void IoThread::drain(DrainPlan plan) {
  post([state = state_.get(), plan = std::move(plan)] {
    state->draining = true;
    state->http.drain();
    state->websockets.begin_goodbyes(plan);
    state->await_goodbyes();
    state->drain_timer.expires_after(plan.limit);
    state->drain_timer.async_wait([state](const boost::system::error_code& cancelled) {
      if (!cancelled) state->stopping = true;
    });
  });
}

void IoThread::change(const Settings& settings, const session::Limits& limits) {
  state_->settings = settings;
  state_->limits = limits;
}

const std::string& IoThread::address() const noexcept {
  return state_->address;
}

void IoThread::set_api_keys(std::shared_ptr<const auth::ApiKeySet> keys) {
  state_->http.set_api_keys(std::move(keys));
  state_->close_refused();
}

void IoThread::set_revoked(std::shared_ptr<const auth::RevocationSet> revoked) {
  state_->client_context.revoked = revoked;
  state_->http.set_revoked(std::move(revoked));
  state_->close_refused();
}

void IoThread::set_verifier(auth::JwtVerifier verifier) {
  state_->verifier = std::move(verifier);
}

const auth::JwtVerifier& IoThread::verifier() const noexcept {
  return state_->verifier;
}

void IoThread::set_identity(std::shared_ptr<const tls::Identity> identity) {
  state_->http.set_identity(std::move(identity));
}

hub::Hub& IoThread::hub() noexcept {
  return state_->hub;
}

hub::TickHub& IoThread::ticks() noexcept {
  return state_->ticks;
}

session::RestSessions& IoThread::rest() noexcept {
  return state_->rest;
}

channel::ChannelHub& IoThread::channels() noexcept {
  return state_->channels;
}

hub::SignalHub& IoThread::signals() noexcept {
  return state_->signals;
}

Counters IoThread::counters() const {
  Counters copy = state_->counters;
  copy.open_websockets = state_->websockets.open_count();
  copy.open_clients = state_->websockets.open_by_kind();
  copy.tick_subscriptions = state_->ticks.subscription_count();
  copy.channels = state_->channels.counts();
  copy.open_http = state_->http.count();
  copy.rest_sessions = state_->rest.size();
  copy.parked = state_->websockets.parking().size();
  copy.parking = state_->websockets.parking().counters();
  copy.compression = state_->websockets.compression_counters();
  copy.clients = state_->client_context.counters;
  if (const tls::Identity* identity = state_->http.identity()) copy.certificate_ends_at = identity->ends_at();
  return copy;
}

std::vector<ConnectionReport> IoThread::connections(std::string_view user) const {
  return state_->websockets.reports(user);
}

std::vector<UserReport> IoThread::users(std::string_view user) const {
  return state_->websockets.users(user);
}

std::optional<ConnectionReport> IoThread::connection(std::string_view id) const {
  return state_->websockets.report(id);
}

std::vector<ClosedConnection> IoThread::closed_connections() const {
  return state_->websockets.closed();
}

std::vector<session::ParkedReport> IoThread::parked_sessions() const {
  return state_->websockets.parking().reports();
}

session::Client* IoThread::find_client(std::string_view id) noexcept {
  return state_->websockets.find(id);
}

}  // namespace subd::server
