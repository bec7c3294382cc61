#include "engine/option_chains.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace subd::engine {
namespace {

using market::Instrument;
using market::InstrumentId;
using market::InstrumentType;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

/// Groups chains by underlying and orders them by expiry.
using ChainKey = std::pair<InstrumentId, sys_days>;

std::uint32_t key(InstrumentId id) noexcept {
  return static_cast<std::uint32_t>(id);
}

base::UtcTime expiry_of(const Instrument& option, const market::TradingCalendar& calendar,
                        std::span<const ExpiryTime> times) {
  const auto named = std::find_if(times.begin(), times.end(),
                                  [&](const ExpiryTime& time) { return time.exchange == option.exchange; });
  const minutes of_day = named != times.end() ? named->time_of_day : minutes{days{1}};
  const base::UtcTime local = sys_days{*option.expiry} + of_day;
  return local - calendar.offset_at(local - calendar.offset_at(local));
}

OptionPair& pair_of(OptionChain& chain, double strike) {
  const auto at = std::lower_bound(chain.pairs.begin(), chain.pairs.end(), strike,
                                   [](const OptionPair& pair, double value) { return pair.strike < value; });
  if (at != chain.pairs.end() && at->strike == strike) return *at;
  return *chain.pairs.insert(at, OptionPair{strike, {}, {}});
}

}  // namespace

std::size_t OptionChain::nearest(double price) const noexcept {
  const auto above = std::lower_bound(pairs.begin(), pairs.end(), price,
                                      [](const OptionPair& pair, double value) { return pair.strike < value; });
  const auto at = static_cast<std::size_t>(above - pairs.begin());
  if (at == 0) return 0;
  if (at == pairs.size()) return at - 1;
  return price - pairs[at - 1].strike <= pairs[at].strike - price ? at - 1 : at;
}

OptionChains::OptionChains(const market::InstrumentTable& instruments, const market::CalendarSet& calendars,
                           std::span<const ExpiryTime> expiry_times) {
  std::map<ChainKey, OptionChain> chains;
  for (std::uint32_t i = 0; i < instruments.size(); ++i) {
    const InstrumentId id{i};
    const Instrument& option = instruments[id];
    if (!market::is_option(option.type) || !option.expiry || !(option.strike > 0)) continue;
    const auto underlying = instruments.find(option.underlying);
    if (!underlying) continue;
    OptionChain& chain = chains[{*underlying, sys_days{*option.expiry}}];
    if (chain.calendar == nullptr) {
      chain.underlying = *underlying;
      chain.expiry = *option.expiry;
      chain.calendar = &calendars.of(option.exchange);
      chain.expires = expiry_of(option, *chain.calendar, expiry_times);
    }
    OptionPair& pair = pair_of(chain, option.strike);
    (option.type == InstrumentType::Call ? pair.call : pair.put) = id;
  }
  for (std::uint32_t i = 0; i < instruments.size(); ++i) {
    const Instrument& future = instruments[InstrumentId{i}];
    if (future.type != InstrumentType::Future || !future.expiry) continue;
    const auto underlying = instruments.find(future.underlying);
    if (!underlying) continue;
    const auto chain = chains.find({*underlying, sys_days{*future.expiry}});
    if (chain != chains.end()) chain->second.future = InstrumentId{i};
  }
  chains_.reserve(chains.size());
  for (auto& [chain_key, chain] : chains) {
    const std::size_t at = chains_.size();
    const auto range = by_underlying_.try_emplace(key(chain.underlying), Range{at, at}).first;
    range->second.end = at + 1;
    for (const OptionPair& pair : chain.pairs) {
      if (pair.call) by_option_[key(*pair.call)] = at;
      if (pair.put) by_option_[key(*pair.put)] = at;
    }
    chains_.push_back(std::move(chain));
  }
}

const OptionChain* OptionChains::of_option(InstrumentId option) const noexcept {
  const auto it = by_option_.find(key(option));
  return it != by_option_.end() ? &chains_[it->second] : nullptr;
}

const OptionChain* OptionChains::nearest(InstrumentId underlying, base::UtcTime now) const noexcept {
  const auto it = by_underlying_.find(key(underlying));
  if (it == by_underlying_.end()) return nullptr;
  for (std::size_t i = it->second.begin; i < it->second.end; ++i) {
    if (chains_[i].expires > now) return &chains_[i];
  }
  return nullptr;
}

}  // namespace subd::engine
