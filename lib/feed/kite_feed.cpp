#include "feed/kite_feed.hpp"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cmath>
#include <utility>

#include "base/log.hpp"
#include "feed/client_tls.hpp"
#include "feed/http_client.hpp"
#include "feed/kite_candles.hpp"
#include "feed/kite_connection.hpp"
#include "feed/kite_history.hpp"
#include "kite/token.hpp"

namespace subd::feed {
namespace {

using market::InstrumentId;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// How often what goes by the clock is looked at.
constexpr milliseconds kStep{50};
/// How often new credentials are looked for while the old ones are refused.
constexpr seconds kCredentialsLook{1};
/// An exchange's time so far ahead of the machine's is none: one tick of it would hold back all that follow.
constexpr seconds kMostAhead{60};

std::shared_ptr<const market::InstrumentTable> served(const market::InstrumentTable& known) {
  auto out = std::make_shared<market::InstrumentTable>();
  boost::unordered_flat_set<std::uint32_t> tokens;
  for (const market::Instrument& instrument : known.all()) {
    if (kite::is_token(instrument.token) && tokens.insert(instrument.token).second) out->add(instrument);
  }
  if (out->size() == 0)
    throw SpecificationError("feed: kite: no instrument has a token of Kite's; import a dump first");
  return out;
}

}  // namespace

struct KiteFeed::Parts {
  Parts(const KiteSettings& wanted, const base::Clock& the_clock, const market::CalendarSet& the_calendars,
        const market::InstrumentTable& known)
      : settings{wanted},
        clock{the_clock},
        calendars{the_calendars},
        instruments{served(known)},
        credentials{settings.credentials},
        pool{settings.links, settings.tokens_per_link},
        texts{clock},
        newest_ticks(instruments->size(), base::UtcTime::min()) {
    if (const auto loaded = credentials.load(); !loaded) {
      throw SpecificationError("feed: kite: " + loaded.error().message);
    }
    for (std::size_t i = 0; i < instruments->size(); ++i) {
      const InstrumentId id{static_cast<std::uint32_t>(i)};
      by_token[(*instruments)[id].token] = id;
    }
  }

  /// What there is from start() on, as it lives on the host's loop.
  struct Running {
    Running(Parts& parts, FeedHost& host)
        : tls{make_client_tls()},
          shared{parts.clock, parts.settings.ticker,    parts.credentials, parts.pool,
                 parts.texts, [&host] { host.wake(); }, host.context(),    tls},
          http{host.context(), tls},
          history{parts.clock, [this, &parts](const std::string& target, auto done) {
                    request_history(parts, target, std::move(done));
                  }} {
      for (std::size_t i = 0; i < parts.settings.links; ++i) {
        connections.push_back(std::make_unique<KiteConnection>(shared, i, parts.settings.tokens_per_link));
      }
    }

    void request_history(Parts& parts, const std::string& target, std::function<void(KiteHistory::Answer)> done) {
      auto loaded = parts.credentials.load();
      if (!loaded) return done({0, {}, loaded.error().message});
      const HttpHeaders headers{{"Authorization", "token " + loaded->api_key + ":" + loaded->access_token},
                                {"X-Kite-Version", "3"}};
      http.get(parts.settings.http, target, headers, KiteHistory::kPatience,
               [done = std::move(done), secrets = std::move(*loaded)](HttpAnswer answer) {
                 if (answer.status != 200) answer.body = secrets.redacted(answer.body);
                 done({answer.status, std::move(answer.body), std::move(answer.error)});
               });
    }

    boost::asio::ssl::context tls;
    KiteConnection::Shared shared;
    std::vector<std::unique_ptr<KiteConnection>> connections;
    HttpClient http;
    KiteHistory history;
  };

  [[nodiscard]] std::uint32_t token(InstrumentId instrument) const { return (*instruments)[instrument].token; }
  [[nodiscard]] const market::TradingCalendar& calendar(InstrumentId instrument) const {
    return calendars.of((*instruments)[instrument].exchange);
  }

  void enable_links();
  void look_for_credentials();
  void deliver(FeedSink& sink, TickBuffer& ticks);
  [[nodiscard]] UpstreamState look();

  const KiteSettings settings;
  const base::Clock& clock;
  const market::CalendarSet& calendars;
  std::shared_ptr<const market::InstrumentTable> instruments;
  boost::unordered_flat_map<std::uint32_t, InstrumentId> by_token;
  KiteCredentialSource credentials;
  KitePool pool;
  TextLog texts;
  std::unique_ptr<Running> running;
  std::optional<UpstreamState> told;       // what the sink knows
  bool recovering = true;                  // not everything is subscribed since the last loss
  base::MonoTime next_credentials_look{};  // while they are refused
  base::UtcTime market_time{base::UtcTime::min()};
  std::vector<base::UtcTime> newest_ticks;  // by InstrumentId; another mode may change whose clock tells the time
  FeedCounters counters;
};

/// A link more whenever tokens wait that those in use have no room for: they are too few, or one is lost.
void KiteFeed::Parts::enable_links() {
  std::size_t serving = 0;
  for (const auto& connection : running->connections) {
    const KiteLink& link = connection->link();
    // Another link would be refused as well.
    if (link.state() == LinkState::Refused) return;
    if (link.state() != LinkState::Idle && !link.is_lost()) ++serving;
  }
  const bool first = told == std::nullopt;
  if (!first && (pool.waiting() == 0 || serving >= pool.needed_links())) return;
  for (const auto& connection : running->connections) {
    if (connection->link().state() == LinkState::Idle) return connection->enable();
  }
}

void KiteFeed::Parts::look_for_credentials() {
  const base::MonoTime now = clock.mono_now();
  if (now < next_credentials_look) return;
  next_credentials_look = now + kCredentialsLook;
  const auto& all = running->connections;
  const bool refused = std::any_of(
      all.begin(), all.end(), [](const auto& connection) { return connection->link().state() == LinkState::Refused; });
  if (!refused || !credentials.has_changed()) return;
  for (const auto& connection : all) connection->retry_refused();
}

void KiteFeed::Parts::deliver(FeedSink& sink, TickBuffer& ticks) {
  for (std::size_t i = 0; i < kTicksPerAdvance && !ticks.empty(); ++i, ticks.pop_front()) {
    const auto& [packet, arrived] = ticks.front();
    // It may have been unsubscribed while the tick waited.
    const auto instrument = by_token.find(packet.token);
    if (instrument == by_token.end() || !pool.wants(packet.token)) continue;
    const market::Quote& quote = packet.quote;
    const bool timed = quote.exchange_time && *quote.exchange_time <= arrived + kMostAhead;
    market::Tick tick;
    tick.instrument = instrument->second;
    base::UtcTime& newest = newest_ticks[static_cast<std::size_t>(tick.instrument)];
    newest = std::max({timed ? *quote.exchange_time : arrived, newest, market_time});
    tick.time = newest;
    tick.last_price = packet.last_price;
    if (!std::isnan(quote.day_volume)) {
      tick.volume = quote.day_volume;
      tick.volume_kind = market::VolumeKind::DayCumulative;
    }
    // Kite says 0 of what has none.
    if (market::has_open_interest((*instruments)[tick.instrument].type)) tick.oi = quote.oi;
    tick.quote = &quote;
    ++counters.ticks;
    sink.on_tick(tick);
  }
}

UpstreamState KiteFeed::Parts::look() {
  bool connected = false;
  bool live = false;
  bool lost = false;
  bool mute = false;
  bool drained = !pool.has_pending();
  for (std::size_t i = 0; i < running->connections.size(); ++i) {
    KiteConnection& connection = *running->connections[i];
    const LinkState state = connection.link().state();
    live = live || state == LinkState::Live;
    connected = connected || state == LinkState::Live || state == LinkState::Mute;
    lost = lost || connection.link().is_lost();
    mute = mute || (state == LinkState::Mute && pool.tokens_on(i) > 0);
    // A connection is back when it says something.
    if (pool.tokens_on(i) > 0 && (state != LinkState::Live || !connection.is_drained())) drained = false;
    if (connection.take_loss()) recovering = true;
  }
  const bool broken = !live || mute || (lost && pool.waiting() > 0);
  if (broken) {
    recovering = true;
  } else if (drained) {
    recovering = false;
  }
  if (!connected) return UpstreamState::Down;
  return recovering ? UpstreamState::Stale : UpstreamState::Live;
}

KiteFeed::KiteFeed(const KiteSettings& settings, const base::Clock& clock, const market::CalendarSet& calendars,
                   const market::InstrumentTable& known)
    : parts_{std::make_unique<Parts>(settings, clock, calendars, known)} {}

KiteFeed::~KiteFeed() = default;

std::shared_ptr<const market::InstrumentTable> KiteFeed::instruments() const {
  return parts_->instruments;
}

void KiteFeed::start(FeedHost& host) {
  base::log::info("kite", "starting",
                  {{"ticker", parts_->settings.ticker.authority()},
                   {"http", parts_->settings.http.authority()},
                   {"instruments", parts_->instruments->size()},
                   {"links", parts_->settings.links}});
  parts_->running = std::make_unique<Parts::Running>(*parts_, host);
}

void KiteFeed::subscribe(InstrumentId instrument, market::QuoteMode mode) {
  const std::size_t refused = parts_->pool.refused();
  parts_->pool.want(parts_->token(instrument), mode);
  if (refused == 0 && parts_->pool.refused() > 0) {
    base::log::warn("kite", "more instruments are wanted than all connections can hold",
                    {{"links", parts_->settings.links}, {"tokens_per_link", parts_->settings.tokens_per_link}});
  }
  parts_->running->shared.wake();
}

void KiteFeed::unsubscribe(InstrumentId instrument) {
  parts_->pool.drop(parts_->token(instrument));
  parts_->running->shared.wake();
}

bool KiteFeed::fetch(InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                     std::function<void()> done) {
  if (!kite_interval(timeframe)) return true;
  const KiteHistory::Query query{instrument, parts_->token(instrument), timeframe, count,
                                 &parts_->calendar(instrument)};
  const bool ready = parts_->running->history.ask(query, std::move(done));
  if (!ready) parts_->running->shared.wake();
  return ready;
}

Backfill KiteFeed::backfill(InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                            base::UtcTime now) {
  Backfill out;
  out.closed = parts_->running->history.take(instrument, timeframe);
  if (out.closed.empty()) return out;
  const auto newest = parts_->calendar(instrument).bar_at(out.closed.back().start, timeframe);
  if (newest && newest->end > now) {
    out.forming = out.closed.back();
    out.closed.pop_back();
  }
  if (out.closed.size() > count) {
    out.closed.erase(out.closed.begin(), out.closed.end() - static_cast<std::ptrdiff_t>(count));
  }
  return out;
}

std::optional<base::UtcTime> KiteFeed::advance(FeedSink& sink, base::UtcTime now) {
  parts_->enable_links();
  parts_->look_for_credentials();
  bool more = false;
  for (const auto& connection : parts_->running->connections) {
    connection->step();
    parts_->deliver(sink, connection->ticks());
    more = more || !connection->ticks().empty();
  }
  parts_->running->history.step();
  if (!more && now - kSettle > parts_->market_time) {
    parts_->market_time = now - kSettle;
    sink.on_market_time(parts_->market_time);
  }
  const UpstreamState state = parts_->look();
  if (parts_->told != state) {
    parts_->told = state;
    sink.on_upstream(state, now);
  }
  return more ? now : now + kStep;
}

FeedCounters KiteFeed::counters() const noexcept {
  return parts_->counters;
}

UpstreamReport KiteFeed::upstream() const {
  UpstreamReport out;
  const KitePool& pool = parts_->pool;
  const auto modes = pool.modes();
  for (std::size_t i = 0; i < parts_->running->connections.size(); ++i) {
    const KiteConnection& connection = *parts_->running->connections[i];
    LinkReport& link = out.links.emplace_back(connection.report());
    link.tokens = pool.tokens_on(i);
    link.modes = modes[i];
    out.unknown_ticks += connection.unwanted();
  }
  out.capacity = parts_->settings.links * parts_->settings.tokens_per_link;
  out.tokens = pool.size();
  out.waiting_tokens = pool.waiting();
  out.refused_tokens = pool.refused();
  out.orders = parts_->texts.count(kite::TextKind::Order);
  out.errors = parts_->texts.count(kite::TextKind::Error);
  out.notices = parts_->texts.count(kite::TextKind::Message);
  out.other_texts = parts_->texts.count(kite::TextKind::Other);
  const HistoryCounters& history = parts_->running->history.counters();
  out.history_requests = history.requests;
  out.history_failures = history.failures;
  out.history_late = history.late;
  return out;
}

}  // namespace subd::feed
