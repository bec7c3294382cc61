#include "daemon/daemon.hpp"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <future>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "control/server.hpp"
#include "daemon/analytics_commands.hpp"
#include "daemon/api_key_commands.hpp"
#include "daemon/bar_commands.hpp"
#include "daemon/control_backend.hpp"
#include "daemon/descriptor_limit.hpp"
#include "daemon/directory.hpp"
#include "daemon/http_service.hpp"
#include "daemon/hub_port.hpp"
#include "daemon/ingest_service.hpp"
#include "daemon/key_refresh.hpp"
#include "daemon/market_thread.hpp"
#include "daemon/reloader.hpp"
#include "daemon/rest_keeper.hpp"
#include "daemon/revocation_commands.hpp"
#include "daemon/service.hpp"
#include "daemon/settings.hpp"
#include "daemon/signal_commands.hpp"
#include "daemon/signal_service.hpp"
#include "daemon/tls_identity.hpp"
#include "feed/open_feed.hpp"
#include "indicator/catalogue.hpp"
#include "server/io_thread.hpp"
#include "server/listener.hpp"
#include "store/store.hpp"

namespace subd::daemon {
namespace {

namespace log = base::log;
using std::chrono::milliseconds;

/// Of one io thread, at a signal: what comes back elsewhere is a handshake each.
constexpr double kGoodbyesPerSecond = 500;

sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

/// One of those signals within `limit`; 0 for none.
int wait_for_signal(milliseconds limit) {
  const sigset_t signals = awaited_signals();
  const timespec wait{limit.count() / 1000, limit.count() % 1000 * 1'000'000};
  return std::max(0, ::sigtimedwait(&signals, nullptr, &wait));
}

std::size_t io_thread_count(const config::Server& settings) {
  const std::size_t wanted = settings.io_threads != 0 ? settings.io_threads : std::thread::hardware_concurrency();
  return std::clamp<std::size_t>(wanted, 1, engine::kMaxHubs);
}

std::vector<server::Listener> open_listeners(server::Settings settings, const config::Endpoint& at, std::size_t count) {
  settings.address = at.address;
  settings.port = at.port;
  try {
    return server::bind_listeners(settings, count);
  } catch (const std::runtime_error& error) {
    throw Unavailable{error.what()};
  }
}

std::vector<server::Listener> open_tls_listeners(const server::Settings& settings, const config::Tls& tls,
                                                 std::size_t count) {
  return tls.listen ? open_listeners(settings, *tls.listen, count) : std::vector<server::Listener>{};
}

ImportedInstruments imported_instruments(const config::Config& config) {
  return config.store.enabled ? load_imported_instruments(database_file(config)) : ImportedInstruments{};
}

std::vector<store::ApiKey> stored_api_keys(const config::Config& config) {
  return config.store.enabled ? load_api_keys(database_file(config)) : std::vector<store::ApiKey>{};
}

std::vector<store::RevokedTokens> stored_revocations(const config::Config& config) {
  return config.store.enabled ? load_revocations(database_file(config)) : std::vector<store::RevokedTokens>{};
}

std::unique_ptr<store::Store> open_store(const config::Config& config, const feed::Recording& recording,
                                         std::shared_ptr<const market::InstrumentTable> instruments,
                                         const market::CalendarSet& calendars, const base::Clock& clock) {
  if (!config.store.enabled) return nullptr;
  return std::make_unique<store::Store>(store_settings(config, recording.market, std::move(instruments), calendars),
                                        clock);
}

std::unique_ptr<control::Server> open_control(const std::string& path, control::Backend& backend) {
  auto opened = control::Server::open(path, backend);
  if (opened) return std::move(*opened);
  if (opened.error().reason == control::SocketError::Reason::InUse) throw Unavailable{opened.error().message};
  throw std::runtime_error{opened.error().message};
}

}  // namespace

/// Every object of the daemon, named once, in the order in which they are built; they end in the reverse order.
struct Daemon::Parts {
  Parts(config::Config loaded, std::string version, Load load)
      : config{std::move(loaded)},
        state{config.state.directory},
        authority{open_authority(config.auth, state)},
        keys{open_key_refresh()},
        server_settings{daemon::server_settings(config)},
        limits{session_limits(config, io_thread_count(config.server))},
        admission{server_settings.admission},
        request_limits{request_limit_settings(config)},
        tiers{tier_rules(config.signals)},
        catalogue{std::make_shared<const std::string>(indicator::catalogue_json())},
        calendars{config.exchanges},
        imported{imported_instruments(config)},
        feed{feed::open_feeds(config.feed.source.items, clock.utc_now(), calendars, descriptions(imported))},
        instruments{feed->instruments()},
        recording{feed->recording()},
        published{feed->ingest()},
        directory{instruments},
        identity{open_identity(config, clock.utc_now())},
        listeners{open_listeners(server_settings, config.server.listen, io_thread_count(config.server))},
        tls_listeners{open_tls_listeners(server_settings, config.tls, listeners.size())},
        store{open_store(config, recording, instruments, calendars, clock)},
        market{std::move(feed), engine_settings(config, calendars), config.engine.market_threads,
               channel_settings(config.channels, *instruments), clock},
        service{config,     clock,  std::move(version), clock.utc_now(), {listeners.front().address()},
                authority,  market, io_threads,         store.get(),     recording.market,
                keys.get(), {}},
        ingest{published, market, clock},
        signals{service, tiers},
        http{service, catalogue, ingest, signals},
        instrument_commands{service, instruments, std::move(imported)},
        bar_commands{service, instruments, instrument_commands, calendars},
        api_key_commands{service, stored_api_keys(config)},
        analytics_commands{service, instruments, listeners.size()},
        signal_commands{service, tiers, signals},
        revocation_commands{service, stored_revocations(config)},
        reloader{service, admission, std::move(load)},
        control_backend{service,         catalogue,           instrument_commands,
                        bar_commands,    api_key_commands,    analytics_commands,
                        signal_commands, revocation_commands, reloader},
        control{open_control(config.control.socket, control_backend)} {
    service.drain_limit_ms = config.server.drain_limit.count();
    if (identity) {
      service.tls_listen = tls_listeners.front().address();
      service.identity = identity;
    }
    const server::ServerContext context{server_settings, limits, directory, authority.verifier,
                                        clock,           http,   admission, request_limits};
    for (server::Listener& listener : listeners) {
      const auto number = static_cast<engine::HubId>(io_threads.size());
      market_ports.push_back(std::make_unique<MarketPort>(market, number));
      MarketPort& port = *market_ports.back();
      signal_links.push_back(signals.link(number));
      io_threads.push_back(
          std::make_unique<server::IoThread>(context, port, port, port, *signal_links.back(), std::move(listener)));
      if (identity) io_threads.back()->serve_tls(std::move(tls_listeners[number]), identity);
      io_threads.back()->report_usage_to(analytics_commands.reporter(number));
      rest_keepers.push_back(std::make_unique<RestKeeper>(store.get(), *io_threads.back()));
      io_threads.back()->keep_rest_sessions_in(*rest_keepers.back());
      hub_ports.push_back(std::make_unique<IoHubPort>(*io_threads.back()));
    }
    std::vector<server::IoThread*> all;
    for (const auto& io : io_threads) all.push_back(io.get());
    for (std::size_t number = 0; number < all.size(); ++number) all[number]->introduce(all, number);
    restore_rest_sessions();
    api_key_commands.hand_out();
    revocation_commands.hand_out();
  }

  std::unique_ptr<KeyRefresh> open_key_refresh() {
    if (config.auth.jwks.empty()) return nullptr;
    return std::make_unique<KeyRefresh>(key_source(config.auth, state), authority.rules.missed_key,
                                        [this](std::vector<auth::Key> read) {
                                          auth::JwtSettings rules = authority.rules;
                                          std::move(read.begin(), read.end(), std::back_inserter(rules.keys));
                                          const auth::JwtVerifier verifier{rules};
                                          for (const auto& io : io_threads)
                                            io->post([&thread = *io, verifier] { thread.set_verifier(verifier); });
                                        });
  }

  void restore_rest_sessions() {
    if (!store) return;
    for (session::RestRecord& record : load_rest_sessions(database_file(config))) {
      server::IoThread& io = *io_threads[rest_owner(record.key.user, io_threads.size())];
      io.post([&io, record = std::move(record)] { io.rest().restore(record); });
    }
  }

  void start() {
    for (const auto& io : io_threads) io->start();
    std::vector<HubPort*> hubs;
    for (const auto& port : hub_ports) hubs.push_back(port.get());
    if (store) store->start();
    market.start(std::move(hubs), store.get());
    control->start();
    if (keys) keys->start();
    log::info("daemon", "serving",
              {{"version", service.version},
               {"listen", service.listen.front()},
               {"tls_listen", service.tls_listen},
               {"feed", config.feed.source.text()},
               {"control", config.control.socket},
               {"state", config.state.directory}});
  }

  /// On the control thread, as if an operator had asked for it.
  void reload() {
    control->post([this] { static_cast<void>(reloader.reload()); });
  }

  /// Goodbye to every client, then the threads in the order in which data flows.
  void stop() {
    service.draining = true;
    if (keys) keys->stop();
    say_goodbye();
    const std::future<void> ended = std::async(std::launch::async, [this] {
      for (const auto& io : io_threads) io->join();
    });
    while (ended.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
      const int signal = wait_for_signal(milliseconds{20});
      if (signal == 0 || signal == SIGHUP) continue;
      if (std::exchange(at_leisure, false)) {
        say_goodbye();
        continue;
      }
      log::warn("daemon", "second signal: cutting what is left");
      for (const auto& io : io_threads) io->drain({"shutdown", milliseconds{0}, milliseconds{0}});
    }
    control->stop();
    market.stop();
    if (store) store->stop();
  }

  /// As an operator wants it, or else as fast as the machines of the clients can bear that come back.
  void say_goodbye() {
    const milliseconds limit{service.drain_limit_ms.load(std::memory_order_relaxed)};
    const milliseconds wanted{service.drain_over_ms.exchange(-1, std::memory_order_relaxed)};
    at_leisure = wanted >= milliseconds{0};
    const server::DrainPlan plan = at_leisure ? server::DrainPlan{"drain", wanted, wanted + limit}
                                              : server::DrainPlan{"shutdown", limit / 2, limit, kGoodbyesPerSecond};
    log::info("daemon", "stopping: saying goodbye",
              {{"over_ms", plan.over.count()}, {"drain_limit_ms", plan.limit.count()}});
    for (const auto& io : io_threads) io->drain(plan);
  }

  base::SystemClock clock;
  config::Config config;
  StateDirectory state;
  Authority authority;
  std::unique_ptr<KeyRefresh> keys;  // null when the keys stay as they are
  server::Settings server_settings;
  session::Limits limits;
  server::Admission admission;
  session::RequestLimits request_limits;
  auth::TierRules tiers;
  std::shared_ptr<const std::string> catalogue;
  market::CalendarSet calendars;
  ImportedInstruments imported;            // move into their commands
  std::unique_ptr<feed::FeedSource> feed;  // moves into the market thread
  std::shared_ptr<const market::InstrumentTable> instruments;
  feed::Recording recording;
  feed::Ingest* published;  // the feed's; null when it takes no rows
  MarketDirectory directory;
  std::shared_ptr<const tls::Identity> identity;  // the first one; null without TLS
  std::vector<server::Listener> listeners;        // move into the io threads
  std::vector<server::Listener> tls_listeners;    // too; none without TLS
  std::unique_ptr<store::Store> store;            // null when the configuration wants none
  MarketThread market;
  std::vector<std::unique_ptr<MarketPort>> market_ports;
  std::vector<std::unique_ptr<hub::SignalLink>> signal_links;
  std::vector<std::unique_ptr<server::IoThread>> io_threads;
  std::vector<std::unique_ptr<RestKeeper>> rest_keepers;
  std::vector<std::unique_ptr<IoHubPort>> hub_ports;
  Service service;
  IngestService ingest;
  SignalService signals;
  HttpService http;
  InstrumentCommands instrument_commands;
  BarCommands bar_commands;
  ApiKeyCommands api_key_commands;
  AnalyticsCommands analytics_commands;
  SignalCommands signal_commands;
  RevocationCommands revocation_commands;
  Reloader reloader;
  ControlBackend control_backend;
  std::unique_ptr<control::Server> control;
  bool at_leisure = false;  ///< an operator's drain goes on, which a signal makes faster
};

Daemon::Daemon(config::Config config, std::string version, Load load) {
  // Blocked before the first thread starts, so that only run() takes them; a write to a closed socket is an error code.
  const sigset_t signals = awaited_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit(config.server);
  parts_ = std::make_unique<Parts>(std::move(config), std::move(version), std::move(load));
}

Daemon::~Daemon() = default;

void Daemon::run() {
  parts_->start();
  int signal = 0;
  while (signal == 0 || signal == SIGHUP) {
    signal = wait_for_signal(std::chrono::hours{1});
    if (signal == SIGHUP) parts_->reload();
  }
  log::info("daemon", "signal received", {{"signal", signal}});
  parts_->stop();
  log::info("daemon", "stopped");
}

}  // namespace subd::daemon
