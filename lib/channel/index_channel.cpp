#include "channel/index_channel.hpp"

#include "channel/json_object.hpp"

namespace subd::channel {
namespace {

void append_intraday(std::string& out, const IndexState& index) {
  out += '[';
  for (const IndexState::Point& point : index.intraday) {
    if (out.back() != '[') out += ',';
    JsonObject object{out};
    object.time("timestamp", point.minute);
    object.number("value", point.value);
  }
  out += ']';
}

void append_index(std::string& out, std::string_view id, const IndexState& index) {
  const market::IndexFigures& figures = index.figures;
  JsonObject object{out};
  object.text("index_id", id);
  object.number("value", figures.value);
  object.number("prior_value", figures.prior_value);
  object.number("change", figures.change);
  object.number("ratio_change", figures.ratio_change);
  object.number("total_volume", figures.total_volume);
  object.number("advances", figures.advances);
  object.number("declines", figures.declines);
  object.number("no_changes", figures.no_changes);
  // 0 of 0 is no number and so null, as what is unknown.
  object.number("advance_ratio", figures.advances / (figures.advances + figures.declines));
  append_intraday(object.member("intraday"), index);
  object.time("last_updated", figures.time);
}

}  // namespace

void append_indices(std::string& out, const MarketState& state) {
  JsonObject object{out};
  for (const auto& [id, index] : state.indices.all()) {
    const std::string& symbol = state.instruments[id].symbol;
    append_index(object.member(symbol), symbol, index);
  }
}

std::optional<market::QuoteMode> IndexChannel::wants(const market::Instrument& instrument) const noexcept {
  if (instrument.type != market::InstrumentType::Index) return std::nullopt;
  return market::QuoteMode::Quote;
}

}  // namespace subd::channel
