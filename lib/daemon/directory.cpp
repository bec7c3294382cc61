#include "daemon/directory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/utf8_prefix.hpp"
#include "engine/expression.hpp"
#include "indicator/spec.hpp"
#include "market/timeframe.hpp"

namespace subd::daemon {
namespace {

using wire::Error;
using wire::ErrorCode;

/// What a client wrote, cut so that an error is never much longer than a name.
std::string quoted(std::string_view text) {
  std::string out;
  base::append_json_string(out, base::utf8_prefix(text, 64));
  return out;
}

template <class Names>
std::string json_list(const Names& names) {
  std::string out = "[";
  for (const auto& name : names) {
    if (out.size() > 1) out += ',';
    base::append_json_string(out, name);
  }
  return out += ']';
}

Error to_wire(const indicator::SpecError& error, std::size_t index) {
  std::string field = fmt::format("indicators[{}]", index);
  if (!error.parameter.empty()) field += "." + error.parameter;
  const auto code =
      error.code == indicator::SpecError::Code::UnknownIndicator ? ErrorCode::UnknownIndicator : ErrorCode::BadParams;
  return {code, error.message, fmt::format(R"({{"field":{},"allowed":{}}})", quoted(field), json_list(error.allowed))};
}

base::Result<indicator::Spec, indicator::SpecError> resolve(const wire::IndicatorRequest& request) {
  if (!request.params) return indicator::parse_id(request.name);
  std::vector<indicator::NamedParameter> parameters;
  parameters.reserve(request.params->size());
  for (const auto& [name, value] : *request.params) parameters.push_back({name, value});
  return indicator::make_spec(request.name, parameters);
}

}  // namespace

MarketDirectory::MarketDirectory(std::shared_ptr<const market::InstrumentTable> instruments)
    : instruments_{std::move(instruments)} {
  by_token_.reserve(instruments_->size());
  for (std::uint32_t i = 0; i < instruments_->size(); ++i) {
    // A token of 0 is none: a replayed symbol that nobody described.
    const market::InstrumentId id{i};
    const std::uint32_t token = (*instruments_)[id].token;
    if (token != 0 && by_token_.try_emplace(token, id).second) token_texts_.push_back(fmt::to_string(token));
  }
  token_views_.assign(token_texts_.begin(), token_texts_.end());
}

base::Result<market::InstrumentId, Error> MarketDirectory::find(std::string_view symbol, std::string_view field) const {
  if (const auto id = instruments_->find(symbol)) return *id;
  const auto near = instruments_->nearest(symbol);
  return Error{ErrorCode::UnknownSymbol, fmt::format("no symbol {}{}", quoted(symbol), base::did_you_mean(near)),
               fmt::format(R"({{"field":"{}","nearest":{}}})", field, json_list(near))};
}

session::ResolvedInstrument MarketDirectory::instrument(market::InstrumentId id) const {
  const market::Instrument& what = (*instruments_)[id];
  return {id, what.token, what.symbol};
}

base::Result<session::ResolvedInstrument, Error> MarketDirectory::symbol(std::string_view symbol,
                                                                         std::string_view field) const {
  const auto id = find(symbol, field);
  if (!id) return id.error();
  return instrument(*id);
}

std::optional<session::ResolvedInstrument> MarketDirectory::find_token(std::uint32_t token) const {
  const auto it = by_token_.find(token);
  return it != by_token_.end() ? std::optional{instrument(it->second)} : std::nullopt;
}

base::Result<session::ResolvedInstrument, Error> MarketDirectory::token(std::uint32_t token,
                                                                        std::string_view field) const {
  if (const auto found = find_token(token)) return *found;
  const auto near = base::nearest(fmt::to_string(token), token_views_);
  return Error{ErrorCode::UnknownSymbol, fmt::format("no token {}{}", token, base::did_you_mean(near)),
               fmt::format(R"({{"field":"{}","nearest":[{}]}})", field, fmt::join(near, ","))};
}

base::Result<session::ResolvedStream, Error> MarketDirectory::stream(std::string_view symbol,
                                                                     std::string_view timeframe) const {
  const auto instrument = find(symbol, "symbol");
  if (!instrument) return instrument.error();
  const auto parsed = market::parse_timeframe(timeframe);
  if (!parsed) {
    std::vector<std::string_view> names;
    names.reserve(market::kTimeframes.size());
    for (const market::Timeframe known : market::kTimeframes) names.push_back(market::timeframe_name(known));
    return Error{ErrorCode::UnknownTimeframe,
                 fmt::format("no timeframe {}; allowed: {}", quoted(timeframe), market::timeframe_list()),
                 fmt::format(R"({{"field":"timeframe","allowed":{}}})", json_list(names))};
  }
  return session::ResolvedStream{wire::stream_id(*instrument, *parsed), (*instruments_)[*instrument].symbol,
                                 market::timeframe_name(*parsed)};
}

base::Result<std::vector<std::string>, Error> MarketDirectory::indicators(
    std::span<const wire::IndicatorRequest> requests) const {
  std::vector<std::string> ids;
  ids.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto spec = resolve(requests[i]);
    if (!spec) return to_wire(spec.error(), i);
    if (std::find(ids.begin(), ids.end(), spec->id) == ids.end()) ids.push_back(std::move(spec->id));
  }
  return ids;
}

base::Result<session::ResolvedCondition, Error> MarketDirectory::condition(
    std::string_view text, std::span<const std::string> indicators) const {
  const auto expression = engine::Expression::compile(text, indicators);
  if (!expression) return expression.error();
  return session::ResolvedCondition{expression->text(), expression->indicators()};
}

}  // namespace subd::daemon
