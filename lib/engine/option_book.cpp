#include "engine/option_book.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "market/implied_volatility.hpp"

namespace subd::engine {
namespace {

using market::InstrumentId;
using market::InstrumentType;
using market::OptionTerms;

constexpr double kDaysOfYear = 365;
constexpr double kPercent = 0.01;

/// Strikes on both sides of the money that are subscribed for a synthetic forward: the money may move that far before
/// others are needed.
constexpr std::size_t kStrikesAround = 1;

std::uint32_t key(InstrumentId id) noexcept {
  return static_cast<std::uint32_t>(id);
}

void push(std::vector<InstrumentId>& out, const std::optional<InstrumentId>& id) {
  if (id && std::find(out.begin(), out.end(), *id) == out.end()) out.push_back(*id);
}

}  // namespace

OptionBook::OptionBook(const market::InstrumentTable& instruments, const market::CalendarSet& calendars,
                       GreeksSettings settings)
    : instruments_{instruments},
      settings_{std::move(settings)},
      chains_{instruments, calendars, settings_.expiry_times},
      expiry_clock_{settings_.day_count},
      quotes_(instruments.size()) {}

void OptionBook::add(const market::Tick& tick) noexcept {
  add(tick.instrument, tick.last_price, tick.oi);
  advance(tick.time);
}

void OptionBook::add(InstrumentId instrument, double price, double oi) noexcept {
  Quote& quote = quotes_[static_cast<std::size_t>(instrument)];
  if (std::isfinite(price) && price > 0) quote.price = price;
  if (std::isfinite(oi) && oi >= 0) quote.oi = oi;
}

void OptionBook::advance(base::UtcTime market_time) noexcept {
  if (!now_ || market_time > *now_) now_ = market_time;
}

void OptionBook::forget(InstrumentId instrument) {
  quotes_[static_cast<std::size_t>(instrument)] = {};
  evaluations_.erase(key(instrument));
}

double OptionBook::price_of(const std::optional<InstrumentId>& instrument) const noexcept {
  return instrument ? quote(*instrument).price : std::numeric_limits<double>::quiet_NaN();
}

double OptionBook::forward_of(const OptionChain& chain, double years) const noexcept {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (settings_.forward == ForwardSource::Future) return price_of(chain.future);
  const double spot = quote(chain.underlying).price;
  if (settings_.forward == ForwardSource::Underlying || std::isnan(spot)) return kNone;
  const OptionPair& pair = chain.pairs[chain.nearest(spot)];
  const double forward = pair.strike + std::exp(settings_.rate * years) * (price_of(pair.call) - price_of(pair.put));
  return forward > 0 ? forward : kNone;
}

std::optional<OptionTerms> OptionBook::terms_of(const OptionChain& chain) {
  if (!now_) return std::nullopt;
  OptionTerms terms;
  terms.model = settings_.model;
  terms.rate = settings_.rate;
  terms.years = expiry_clock_.years_left(chain, *now_);
  const bool takes_spot = terms.model == market::PricingModel::BlackScholesMerton;
  if (takes_spot) terms.dividend = settings_.dividend;
  const double years = std::max(0.0, terms.years);
  const double forward = forward_of(chain, years);
  if (std::isnan(forward)) {
    terms.underlying = quote(chain.underlying).price;
  } else {
    // A model that takes a spot gets the one that the forward implies.
    terms.underlying = takes_spot ? forward * std::exp((terms.dividend - terms.rate) * years) : forward;
  }
  return std::isnan(terms.underlying) ? std::nullopt : std::optional{terms};
}

std::optional<wire::OptionGreeks> OptionBook::option_greeks(InstrumentId option, const OptionTerms& terms,
                                                            double price) {
  Evaluation& last = evaluations_[key(option)];
  if (last.terms == terms && last.price == price) return last.greeks;
  last = {terms, price, std::nullopt};
  if (const auto volatility = market::implied_volatility(terms, price)) {
    const market::OptionValue value = market::option_value(terms, *volatility);
    wire::OptionGreeks greeks;
    greeks.iv = *volatility;
    greeks.delta = value.delta;
    greeks.gamma = value.gamma;
    greeks.theta = value.theta / kDaysOfYear;
    greeks.vega = value.vega * kPercent;
    greeks.rho = value.rho * kPercent;
    greeks.model = market::pricing_model_name(terms.model);
    greeks.forward = terms.forward();
    greeks.rate = terms.rate;
    greeks.years = terms.years;
    last.greeks = greeks;
  }
  return last.greeks;
}

wire::Greeks OptionBook::greeks(InstrumentId instrument, double price) {
  const OptionChain* chain = chains_.of_option(instrument);
  if (chain == nullptr) {
    chain = now_ ? chains_.nearest(instrument, *now_) : nullptr;
    return chain != nullptr ? chain_greeks(*chain) : wire::Greeks{};
  }
  auto terms = terms_of(*chain);
  if (!terms || std::isnan(price)) return {};
  terms->type = instruments_[instrument].type;
  terms->strike = instruments_[instrument].strike;
  const auto greeks = option_greeks(instrument, *terms, price);
  return greeks ? wire::Greeks{*greeks} : wire::Greeks{};
}

wire::Greeks OptionBook::chain_greeks(const OptionChain& chain) {
  auto terms = terms_of(chain);
  if (!terms) return {};
  const double spot = quote(chain.underlying).price;
  const OptionPair& pair = chain.pairs[chain.nearest(std::isnan(spot) ? terms->forward() : spot)];
  const auto greeks_of = [&](const std::optional<InstrumentId>& option,
                             InstrumentType type) -> std::optional<wire::OptionGreeks> {
    const double price = price_of(option);
    if (std::isnan(price)) return std::nullopt;
    terms->type = type;
    terms->strike = pair.strike;
    return option_greeks(*option, *terms, price);
  };
  wire::ChainGreeks out;
  out.expiry = chain.expiry;
  out.atm_strike = pair.strike;
  out.call = greeks_of(pair.call, InstrumentType::Call);
  out.put = greeks_of(pair.put, InstrumentType::Put);
  if (out.call && out.put) {
    out.atm_iv = (out.call->iv + out.put->iv) / 2;
  } else if (out.call || out.put) {
    out.atm_iv = (out.call ? out.call : out.put)->iv;
  }
  if (const auto oi = open_interest(chain)) out.pcr = oi->pcr;
  return out;
}

std::optional<wire::ChainOpenInterest> OptionBook::open_interest(const OptionChain& chain) const noexcept {
  wire::ChainOpenInterest out;
  const auto take = [this](double& sum, const std::optional<InstrumentId>& option) {
    const double oi = option ? quote(*option).oi : std::numeric_limits<double>::quiet_NaN();
    if (!std::isnan(oi)) sum = std::isnan(sum) ? oi : sum + oi;
  };
  for (const OptionPair& pair : chain.pairs) {
    take(out.call_oi, pair.call);
    take(out.put_oi, pair.put);
  }
  if (std::isnan(out.call_oi) && std::isnan(out.put_oi)) return std::nullopt;
  if (out.call_oi > 0) out.pcr = out.put_oi / out.call_oi;
  return out;
}

std::optional<wire::ChainOpenInterest> OptionBook::open_interest(InstrumentId underlying) const noexcept {
  const OptionChain* chain = now_ ? chains_.nearest(underlying, *now_) : nullptr;
  return chain != nullptr ? open_interest(*chain) : std::nullopt;
}

OptionBook::Focus OptionBook::focus_of(InstrumentId instrument, const Focus& last) const noexcept {
  Focus focus;
  focus.chain = chains_.of_option(instrument);
  if (focus.chain == nullptr) {
    // All of the chain is needed for its open interest, so the money makes no difference.
    focus.chain = chains_.nearest(instrument, now_.value_or(base::UtcTime{}));
    return focus;
  }
  const double spot = quote(focus.chain->underlying).price;
  if (settings_.forward != ForwardSource::Synthetic) return focus;
  if (std::isnan(spot)) return {focus.chain, last.pair};
  const std::size_t pair = focus.chain->nearest(spot);
  const bool stays = last.pair && pair + kStrikesAround >= *last.pair && pair <= *last.pair + kStrikesAround;
  focus.pair = stays ? *last.pair : pair;
  return focus;
}

std::vector<InstrumentId> OptionBook::needs(InstrumentId instrument, const Focus& focus) const {
  std::vector<InstrumentId> out;
  if (focus.chain == nullptr) return out;
  const OptionChain& chain = *focus.chain;
  push(out, chain.underlying);
  if (settings_.forward == ForwardSource::Future) push(out, chain.future);
  std::size_t first = 0;
  std::size_t end = chain.pairs.size();
  if (chains_.of_option(instrument) != nullptr) {
    if (!focus.pair) return out;
    first = *focus.pair - std::min(*focus.pair, kStrikesAround);
    end = std::min(end, *focus.pair + kStrikesAround + 1);
  }
  for (std::size_t i = first; i < end; ++i) {
    push(out, chain.pairs[i].call);
    push(out, chain.pairs[i].put);
  }
  return out;
}

}  // namespace subd::engine
