#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "session/directory.hpp"

namespace subd::test {

/// Knows NIFTY50, TCS and INFY, of tokens 1, 2 and 3, at any timeframe, and every indicator but those that start with
/// `bad`.
class FakeDirectory final : public session::Directory {
 public:
  base::Result<session::ResolvedStream, wire::Error> stream(std::string_view symbol, std::string_view) const override {
    const auto found = this->symbol(symbol, "symbol");
    if (!found) return found.error();
    return session::ResolvedStream{wire::StreamId{found->token}, found->symbol, "1min"};
  }
  std::optional<session::ResolvedInstrument> find_token(std::uint32_t token) const override {
    return token >= 1 && token <= 3 ? std::optional{instrument(market::InstrumentId{token})} : std::nullopt;
  }
  base::Result<session::ResolvedInstrument, wire::Error> token(std::uint32_t token,
                                                               std::string_view field) const override {
    if (const auto found = find_token(token)) return *found;
    return unknown("no token " + std::to_string(token), field);
  }
  base::Result<session::ResolvedInstrument, wire::Error> symbol(std::string_view symbol,
                                                                std::string_view field) const override {
    for (std::uint32_t token = 1; token <= 3; ++token) {
      if (kSymbols[token] == symbol) return instrument(market::InstrumentId{token});
    }
    return unknown("no symbol " + std::string{symbol}, field);
  }
  session::ResolvedInstrument instrument(market::InstrumentId id) const override {
    const auto token = static_cast<std::uint32_t>(id);
    return {id, token, kSymbols[token]};
  }
  base::Result<std::vector<std::string>, wire::Error> indicators(
      std::span<const wire::IndicatorRequest> requests) const override {
    std::vector<std::string> ids;
    for (const wire::IndicatorRequest& request : requests) {
      if (request.name.starts_with("bad")) {
        return wire::Error{wire::ErrorCode::UnknownIndicator, "no indicator " + request.name, {}};
      }
      ids.push_back(request.name);
    }
    return ids;
  }
  /// Words in capitals are indicators; the canonical text has no spaces.
  base::Result<session::ResolvedCondition, wire::Error> condition(
      std::string_view text, std::span<const std::string> indicators) const override {
    session::ResolvedCondition out;
    std::istringstream words{std::string{text}};
    for (std::string word; words >> word; out.text += word) {
      if (word.front() < 'A' || word.front() > 'Z') continue;
      if (std::find(indicators.begin(), indicators.end(), word) == indicators.end()) {
        return wire::Error{wire::ErrorCode::BadRequest, word + " is not subscribed", {}};
      }
      out.indicators.push_back(word);
    }
    return out;
  }

 private:
  static constexpr std::string_view kSymbols[] = {"", "NIFTY50", "TCS", "INFY"};

  static wire::Error unknown(std::string message, std::string_view field) {
    return {wire::ErrorCode::UnknownSymbol, std::move(message), R"({"field":")" + std::string{field} + "\"}"};
  }
};

}  // namespace subd::test
