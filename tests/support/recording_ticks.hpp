#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hub/tick_hub.hpp"

namespace subd::test {

/// A market side that keeps requests until the test answers them.
class ScriptedTicks final : public hub::TickLink {
 public:
  void request(hub::TickRequest request) override {
    for (const hub::TickChange& change : request.changes) {
      calls.push_back(std::to_string(static_cast<unsigned>(change.instrument)) + ":" + text_of(change.forms));
      if (change.forms.empty()) {
        taken.erase(change.instrument);
      } else {
        taken[change.instrument] = change.forms;
      }
    }
    if (request.serial != 0) requests.push_back(std::move(request));
  }

  /// The answer to the oldest open request; with the newest tick of those instruments that have had one.
  hub::TickReply answer() {
    const hub::TickRequest request = std::move(requests.front());
    requests.erase(requests.begin());
    hub::TickReply reply{request.serial, {}};
    for (const market::InstrumentId instrument : request.snapshots) {
      if (prices.contains(instrument)) reply.snapshots.push_back(make(instrument, true));
    }
    return reply;
  }

  /// The next tick of an instrument in every form.
  wire::TickPtr tick(market::InstrumentId instrument, double price) {
    const auto [known, fresh] = prices.try_emplace(instrument, price);
    const bool changed = fresh || std::exchange(known->second, price) != price;
    ++seq;
    return make(instrument, changed);
  }

  /// What was told of forms since the last call, `1:jq` = instrument 1 in JSON mode quote.
  std::vector<std::string> take_calls() { return std::exchange(calls, {}); }

  std::vector<hub::TickRequest> requests;
  std::map<market::InstrumentId, wire::TickForms> taken;
  std::map<market::InstrumentId, double> prices;
  std::vector<std::string> calls;
  std::uint64_t seq = 0;

 private:
  static std::string text_of(wire::TickForms forms) {
    std::string out;
    for (const auto format : {wire::TickFormat::Json, wire::TickFormat::Packet}) {
      for (const auto mode : {market::QuoteMode::Ltp, market::QuoteMode::Quote, market::QuoteMode::Full}) {
        if (!forms.has({format, mode})) continue;
        if (!out.empty()) out += ' ';
        out += format == wire::TickFormat::Json ? 'j' : 'p';
        out += market::quote_mode_name(mode).front();
      }
    }
    return out;
  }

  wire::TickPtr make(market::InstrumentId instrument, bool changed) {
    auto update = std::make_shared<wire::TickUpdate>();
    update->instrument = instrument;
    update->seq = seq;
    update->price_changed = changed;
    const market::Quote quote;
    update->add_json({static_cast<std::uint32_t>(instrument), "S", {}, prices[instrument], quote},
                     market::QuoteMode::Full);
    for (const auto mode : {market::QuoteMode::Ltp, market::QuoteMode::Quote, market::QuoteMode::Full}) {
      update->add_packet(mode, std::string{market::quote_mode_name(mode)} + std::to_string(seq));
    }
    return update;
  }
};

}  // namespace subd::test
