#include "daemon/stored_bars.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "base/log.hpp"
#include "store/bar_store.hpp"
#include "wire/stream_id.hpp"

namespace subd::daemon {

namespace asio = boost::asio;

/// One question to the store; answered, or given up, once.
struct StoredBars::Load {
  Load(asio::io_context& context, std::vector<wire::StreamId> the_streams, std::function<void()> then)
      : timer{context}, streams{std::move(the_streams)}, done{std::move(then)} {}

  asio::steady_timer timer;
  std::vector<wire::StreamId> streams;
  std::function<void()> done;  // empty once it ran
};

StoredBars::StoredBars(store::Store& store, feed::Recording recording, const market::InstrumentTable& instruments,
                       const market::CalendarSet& calendars, asio::io_context& context, std::size_t count)
    : store_{store},
      recording_{std::move(recording)},
      instruments_{instruments},
      calendars_{calendars},
      context_{context},
      count_{count} {}

base::UtcTime StoredBars::usable_before(wire::StreamId stream) const {
  if (recording_.delivers_from == base::UtcTime::max()) return recording_.delivers_from;
  // A bar that the feed delivers the end of is the feed's.
  const auto span = calendars_.of(instruments_[wire::instrument_of(stream)].exchange)
                        .bar_at(recording_.delivers_from, wire::timeframe_of(stream));
  return span ? span->start : recording_.delivers_from;
}

void StoredBars::load(std::vector<wire::StreamId> streams, std::function<void()> done) {
  struct Question {
    store::StreamKey key;
    base::UtcTime before;
  };
  std::vector<Question> questions;
  for (const wire::StreamId stream : streams) {
    const std::string& symbol = instruments_[wire::instrument_of(stream)].symbol;
    questions.push_back({{recording_.market, symbol, wire::timeframe_of(stream)}, usable_before(stream)});
  }
  auto load = std::make_shared<Load>(context_, std::move(streams), std::move(done));
  load->timer.expires_after(kPatience);
  load->timer.async_wait([this, load](const boost::system::error_code& error) {
    if (error || !load->done) return;
    base::log::warn("store", "no answer in time: streams begin without their stored bars",
                    {{"streams", load->streams.size()}});
    finish(*load, std::vector<Bars>(load->streams.size()));
  });
  store_.post([this, load, questions = std::move(questions)](store::Database* database) {
    std::vector<Bars> found(questions.size());
    for (std::size_t i = 0; i < questions.size() && database != nullptr; ++i) {
      auto bars = store::BarStore{*database}.newest(questions[i].key, count_, questions[i].before);
      if (bars) {
        found[i] = std::move(*bars);
      } else {
        base::log::warn("store", "stored bars cannot be read",
                        {{"symbol", questions[i].key.symbol}, {"reason", bars.error().message}});
      }
    }
    asio::post(context_, [this, load, found = std::move(found)]() mutable { finish(*load, std::move(found)); });
  });
}

void StoredBars::finish(Load& load, std::vector<Bars> found) {
  if (!load.done) return;
  for (std::size_t i = 0; i < found.size(); ++i) loaded_[key(load.streams[i])] = std::move(found[i]);
  load.timer.cancel();
  std::exchange(load.done, nullptr)();
}

void StoredBars::fill(wire::StreamId stream, engine::History& history) {
  const auto it = loaded_.find(key(stream));
  if (it == loaded_.end()) return;
  Bars bars = std::move(it->second);
  loaded_.erase(it);
  if (const market::Bar* first = !history.closed.empty() ? &history.closed.front()
                                 : history.forming       ? &*history.forming
                                                         : nullptr) {
    std::erase_if(bars, [&](const market::Bar& bar) { return bar.start >= first->start; });
  }
  bars.insert(bars.end(), history.closed.begin(), history.closed.end());
  history.closed = std::move(bars);
}

void StoredBars::record(std::span<const engine::KeptBar> bars) {
  std::vector<store::ClosedBar> out;
  out.reserve(bars.size());
  for (const engine::KeptBar& kept : bars) {
    const auto number = static_cast<std::size_t>(wire::instrument_of(kept.stream));
    if (recording_.of && !(*recording_.of)[number]) continue;
    out.push_back({wire::instrument_of(kept.stream), wire::timeframe_of(kept.stream), kept.since, kept.bar});
  }
  store_.record(std::move(out));
}

}  // namespace subd::daemon
