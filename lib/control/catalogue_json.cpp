#include "control/catalogue_json.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::ordered_json;

// Names come from a file: a bad byte must not cost the operator the whole answer.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json time_json(const std::optional<base::UtcTime>& time) {
  return time ? Json(base::time_text(*time)) : Json();
}

Json instrument_json(const InstrumentReport& instrument) {
  return {{"symbol", instrument.symbol},
          {"name", instrument.name.empty() ? Json() : Json(instrument.name)},
          {"exchange", instrument.exchange},
          {"segment", instrument.segment},
          {"type", instrument.type},
          {"token", instrument.token},
          {"underlying", instrument.underlying.empty() ? Json() : Json(instrument.underlying)},
          {"strike", instrument.strike ? Json(*instrument.strike) : Json()},
          {"expiry", instrument.expiry ? Json(*instrument.expiry) : Json()},
          {"lot_size", instrument.lot_size},
          {"tick_size", instrument.tick_size},
          {"aliases", instrument.aliases},
          {"served", instrument.served}};
}

Json problems_json(const std::vector<RowReport>& problems) {
  Json list = Json::array();
  for (const RowReport& problem : problems) {
    list.push_back(Json{{"line", problem.line}, {"message", problem.message}});
  }
  return list;
}

}  // namespace

std::string to_json(const InstrumentReport& instrument) {
  return text_of(instrument_json(instrument));
}

std::string to_json(const InstrumentList& list) {
  Json instruments = Json::array();
  for (const InstrumentReport& instrument : list.instruments) instruments.push_back(instrument_json(instrument));
  return text_of(Json{{"instruments", std::move(instruments)},
                      {"known", list.known},
                      {"imported", list.imported},
                      {"imported_at", time_json(list.imported_at)}});
}

std::string to_json(const InstrumentImportReport& report) {
  return text_of(Json{{"instruments", report.instruments},
                      {"bad_rows", report.bad_rows},
                      {"problems", problems_json(report.problems)},
                      {"imported_at", base::time_text(report.imported_at)}});
}

std::string to_json(const std::vector<StoredStream>& streams) {
  Json list = Json::array();
  for (const StoredStream& one : streams) {
    list.push_back(Json{{"source", one.stream.source},
                        {"symbol", one.stream.symbol},
                        {"timeframe", one.stream.timeframe},
                        {"first", base::time_text(one.first)},
                        {"last", base::time_text(one.last)},
                        {"bars", one.bars},
                        {"gaps", one.gaps}});
  }
  return text_of(Json{{"streams", std::move(list)}});
}

std::string to_json(const BarImportReport& report) {
  return text_of(Json{{"source", report.stream.source},
                      {"symbol", report.stream.symbol},
                      {"timeframe", report.stream.timeframe},
                      {"bars", report.bars},
                      {"first", time_json(report.first)},
                      {"last", time_json(report.last)},
                      {"bad_rows", report.bad_rows},
                      {"problems", problems_json(report.problems)}});
}

}  // namespace subd::control
