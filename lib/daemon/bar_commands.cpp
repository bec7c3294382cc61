#include "daemon/bar_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/log.hpp"
#include "base/nearest.hpp"
#include "base/time_text.hpp"
#include "daemon/row_reports.hpp"
#include "daemon/store_question.hpp"
#include "feed/bar_csv.hpp"

namespace subd::daemon {
namespace {

using control::Reply;

control::BarStream stream_of(const store::StreamKey& key) {
  return {key.symbol, std::string{market::timeframe_name(key.timeframe)}, key.source};
}

}  // namespace

Reply<store::StreamKey> BarCommands::key_of(const control::BarStream& stream) const {
  const auto timeframe = market::parse_timeframe(stream.timeframe);
  if (!timeframe) {
    return control::bad_request(
        fmt::format("field timeframe: no timeframe {}; allowed: {}", stream.timeframe, market::timeframe_list()));
  }
  const market::Instrument* known = instruments_.known(stream.symbol);
  return store::StreamKey{stream.source.empty() ? service_.source : stream.source,
                          known != nullptr ? known->symbol : stream.symbol, *timeframe};
}

Reply<std::vector<control::StoredStream>> BarCommands::streams() {
  const auto found =
      ask_store(service_, [](store::Database& database) { return store::BarStore{database}.streams(""); });
  if (!found) return found.error();
  std::vector<control::StoredStream> out;
  for (const store::StreamSummary& one : *found) {
    out.push_back({stream_of(one.key), one.bars, one.first, one.last, one.gaps});
  }
  return out;
}

Reply<std::string> BarCommands::export_csv(const control::BarExport& wanted) {
  const auto key = key_of(wanted.stream);
  if (!key) return key.error();
  store::TimeRange range;
  if (wanted.from) range.from = *wanted.from;
  if (wanted.to) range.to = *wanted.to;
  const auto found = ask_store(service_, [key = *key, range, limit = wanted.limit](store::Database& database) {
    return store::BarStore{database}.range(key, range, limit);
  });
  if (!found) return found.error();
  if (found->empty()) {
    const auto stored = ask_store(
        service_, [key = *key](store::Database& database) { return store::BarStore{database}.count(key, {}); });
    if (!stored) return stored.error();
    if (*stored == 0) {
      return control::not_found(
          "no_bars", fmt::format("no bars of {} {} of {} are stored; subctl bars ls lists what is", key->symbol,
                                 market::timeframe_name(key->timeframe), key->source));
    }
  }
  std::string csv{feed::bar_csv_header()};
  for (const market::Bar& bar : *found) feed::append_bar_csv(csv, bar);
  return csv;
}

Reply<control::BarImportReport> BarCommands::keep(const store::StreamKey& key, std::vector<market::Bar> bars) {
  control::BarImportReport out;
  out.stream = stream_of(key);
  out.bars = bars.size();
  out.first = bars.front().start;
  out.last = bars.back().start;
  const auto stored = ask_store(service_, [key, bars = std::move(bars)](store::Database& database) {
    return store::BarStore{database}.import(key, bars);
  });
  if (!stored) return stored.error();
  base::log::info("control", "bars stored",
                  {{"source", key.source},
                   {"symbol", key.symbol},
                   {"timeframe", market::timeframe_name(key.timeframe)},
                   {"bars", out.bars}});
  return out;
}

Reply<control::BarImportReport> BarCommands::import(const control::BarStream& stream, std::string_view csv) {
  const auto key = key_of(stream);
  if (!key) return key.error();
  const market::Instrument* known = instruments_.known(key->symbol);
  std::istringstream in{std::string{csv}};
  auto read = feed::read_bar_csv(in, known != nullptr ? calendars_.of(known->exchange) : market::always_open());
  if (!read) return control::ControlError{400, "bad_file", "the file of bars: " + read.error().message};
  if (read->bars.empty()) return no_good_row(read->problems);
  auto out = keep(*key, std::move(read->bars));
  if (out) {
    out->bad_rows = read->problems.count();
    out->problems = row_reports(read->problems);
  }
  return out;
}

Reply<control::BarImportReport> BarCommands::backfill(const std::string& symbol, const std::string& timeframe,
                                                      std::optional<base::UtcTime> from) {
  const auto key = key_of({symbol, timeframe, {}});
  if (!key) return key.error();
  const auto id = of_feed_->find(symbol);
  if (!id) {
    return control::not_found("unknown_symbol", fmt::format("the feed has no symbol {}{}", symbol,
                                                            base::did_you_mean(of_feed_->nearest(symbol))));
  }
  const base::UtcTime now = service_.clock.utc_now();
  const auto length = market::timeframe_length(key->timeframe);
  std::size_t count = std::min<std::size_t>(service_.config.bars.history, kMostBackfilled);
  if (from) {
    const base::UtcTime oldest = now - length * static_cast<std::int64_t>(kMostBackfilled);
    if (*from >= now || *from < oldest) {
      return control::bad_request(fmt::format("field from: {} must be before now and not before {}, which is {} bars",
                                              base::time_text(*from), base::time_text(oldest), kMostBackfilled));
    }
    count = static_cast<std::size_t>((now - *from) / length) + 1;
  }
  auto promise = std::make_shared<std::promise<std::vector<market::Bar>>>();
  std::future<std::vector<market::Bar>> answer = promise->get_future();
  service_.market.post([promise, id = *id, frame = key->timeframe, count, now](Market& market) {
    const auto answer_now = [promise, id, frame, count, now, &feed = market.feed] {
      promise->set_value(feed.backfill(id, frame, count, now).closed);
    };
    if (market.feed.fetch(id, frame, count, answer_now)) answer_now();
  });
  if (answer.wait_for(kLongAskTimeout) != std::future_status::ready) return control::owner_timeout();
  std::vector<market::Bar> bars = answer.get();
  if (from) std::erase_if(bars, [&](const market::Bar& bar) { return bar.start < *from; });
  if (bars.empty()) {
    return control::not_found("no_history", fmt::format("the feed has no history of {} {} to give", key->symbol,
                                                        market::timeframe_name(key->timeframe)));
  }
  return keep(*key, std::move(bars));
}

}  // namespace subd::daemon
