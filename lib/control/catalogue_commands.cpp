#include "control/catalogue_commands.hpp"

#include <fmt/format.h>

#include "control/catalogue_json.hpp"

namespace subd::control {
namespace {

constexpr std::int64_t kMostFound = 1000;
constexpr std::int64_t kUsuallyFound = 20;
/// About 8 MB of CSV; who wants more asks on from the last row.
constexpr std::int64_t kMostExported = 100'000;

template <class T>
Response json_response(const Reply<T>& reply) {
  if (!reply) return problem(reply.error());
  return {200, "application/json", to_json(*reply), {}};
}

BarStream stream_of(RequestFields& fields) {
  BarStream stream;
  stream.symbol = fields.required_text("symbol", kNameLimitBytes);
  stream.timeframe = fields.required_text("timeframe", kNameLimitBytes);
  stream.source = fields.optional_text("source", kNameLimitBytes);
  return stream;
}

}  // namespace

Response find_instruments(Backend& backend, const Call& call) {
  RequestFields fields{call.query};
  InstrumentSearch search;
  search.text = fields.optional_text("text", kNameLimitBytes);
  search.exchange = fields.optional_text("exchange", kNameLimitBytes);
  search.type = fields.optional_text("type", kNameLimitBytes);
  search.limit = static_cast<std::size_t>(fields.optional_integer("limit", kUsuallyFound, 1, kMostFound));
  if (fields.error()) return problem(*fields.error());
  return json_response(backend.find_instruments(search));
}

Response show_instrument(Backend& backend, const Call& call) {
  return json_response(backend.instrument(call.id));
}

Response stored_streams(Backend& backend, const Call&) {
  return json_response(backend.stored_streams());
}

Response export_bars(Backend& backend, const Call& call) {
  RequestFields fields{call.query};
  BarExport wanted;
  wanted.stream = stream_of(fields);
  wanted.from = fields.optional_time("from");
  wanted.to = fields.optional_time("to");
  wanted.limit = static_cast<std::size_t>(fields.optional_integer("limit", kMostExported, 1, kMostExported));
  if (wanted.from && wanted.to && *wanted.from >= *wanted.to) fields.refuse("to", "must be after from");
  if (fields.error()) return problem(*fields.error());
  const Reply<std::string> reply = backend.export_bars(wanted);
  if (!reply) return problem(reply.error());
  return {200, "text/csv; charset=utf-8", *reply, {}};
}

Response import_instruments(Backend& backend, const Call& call) {
  return json_response(backend.import_instruments(call.body));
}

Response import_bars(Backend& backend, const Call& call) {
  RequestFields fields{call.query};
  const BarStream stream = stream_of(fields);
  if (fields.error()) return problem(*fields.error());
  return json_response(backend.import_bars(stream, call.body));
}

Response backfill_bars(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const std::string symbol = fields.required_text("symbol", kNameLimitBytes);
  const std::string timeframe = fields.required_text("timeframe", kNameLimitBytes);
  const std::optional<base::UtcTime> from = fields.optional_time("from");
  if (fields.error()) return problem(*fields.error());
  return json_response(backend.backfill_bars(symbol, timeframe, from));
}

}  // namespace subd::control
