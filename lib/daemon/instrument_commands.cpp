#include "daemon/instrument_commands.hpp"

#include <fmt/format.h>

#include <cmath>
#include <sstream>
#include <utility>

#include "base/log.hpp"
#include "base/nearest.hpp"
#include "base/time_text.hpp"
#include "daemon/row_reports.hpp"
#include "daemon/store_question.hpp"
#include "feed/kite_instruments.hpp"
#include "market/instrument_search.hpp"
#include "store/instrument_store.hpp"

namespace subd::daemon {

using control::Reply;

InstrumentCommands::InstrumentCommands(Service& service, std::shared_ptr<const market::InstrumentTable> of_feed,
                                       ImportedInstruments imported)
    : service_{service},
      of_feed_{std::move(of_feed)},
      imported_{imported.instruments.size()},
      imported_at_{imported.at} {
  known_ = searchable(*of_feed_, std::move(imported.instruments));
}

control::InstrumentReport InstrumentCommands::report(market::InstrumentId id) const {
  const market::Instrument& from = (*known_)[id];
  control::InstrumentReport out;
  out.symbol = from.symbol;
  out.name = from.name;
  out.exchange = from.exchange;
  out.segment = from.segment;
  out.type = market::instrument_type_name(from.type);
  out.token = from.token;
  out.underlying = from.underlying;
  if (!std::isnan(from.strike)) out.strike = from.strike;
  if (from.expiry) out.expiry = base::date_text(*from.expiry);
  out.lot_size = from.lot_size;
  out.tick_size = from.tick_size;
  out.aliases = from.aliases;
  out.served = static_cast<std::size_t>(id) < of_feed_->size();
  return out;
}

Reply<control::InstrumentList> InstrumentCommands::find(const control::InstrumentSearch& search) const {
  market::InstrumentQuery query;
  query.text = search.text;
  query.exchange = search.exchange;
  query.limit = search.limit;
  if (!search.type.empty()) {
    query.type = market::parse_instrument_type(search.type);
    if (!query.type) {
      return control::bad_request(
          fmt::format("field type: there is no type {}; allowed: {}", search.type, market::instrument_type_list()));
    }
  }
  control::InstrumentList out{{}, known_->size(), imported_, imported_at_};
  for (const market::InstrumentId id : market::search(*known_, query)) out.instruments.push_back(report(id));
  return out;
}

Reply<control::InstrumentReport> InstrumentCommands::show(const std::string& name) const {
  const auto id = known_->find(name);
  if (id) return report(*id);
  return control::not_found("unknown_symbol",
                            fmt::format("no instrument {}{}", name, base::did_you_mean(known_->nearest(name))));
}

const market::Instrument* InstrumentCommands::known(std::string_view name) const {
  const auto id = known_->find(name);
  return id ? &(*known_)[*id] : nullptr;
}

Reply<control::InstrumentImportReport> InstrumentCommands::import(std::string_view csv) {
  std::istringstream in{std::string{csv}};
  auto read = feed::read_kite_instruments(in);
  if (!read) return control::ControlError{400, "bad_file", "the file of instruments: " + read.error().message};
  if (read->instruments.empty()) return no_good_row(read->problems);

  control::InstrumentImportReport out;
  out.instruments = read->instruments.size();
  out.bad_rows = read->problems.count();
  out.problems = row_reports(read->problems);
  out.imported_at = service_.clock.utc_now();
  const auto shared = std::make_shared<std::vector<market::Instrument>>(std::move(read->instruments));
  const Reply<void> stored = ask_store(service_, [shared, at = out.imported_at](store::Database& database) {
    return store::InstrumentStore{database}.replace_all(*shared, at);
  });
  if (!stored) return stored.error();
  known_ = searchable(*of_feed_, *shared);
  imported_ = shared->size();
  imported_at_ = out.imported_at;
  base::log::info("control", "instruments imported", {{"instruments", out.instruments}, {"bad_rows", out.bad_rows}});
  return out;
}

}  // namespace subd::daemon
