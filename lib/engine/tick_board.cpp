#include "engine/tick_board.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "kite/packet.hpp"
#include "market/closing_tick.hpp"

namespace subd::engine {
namespace {

using market::InstrumentId;
using market::QuoteMode;
using wire::TickFormat;

/// How long ticks of less than was asked for are taken for some that were under way when more was asked for. A source
/// that goes on so has no more to tell.
constexpr std::chrono::seconds kSettleTime{2};

/// Everything that a tick says, in one quote: a source may put volume and open interest beside it.
market::Quote quote_of(const market::Tick& tick) {
  market::Quote quote = tick.quote != nullptr ? *tick.quote : market::Quote{};
  if (std::isnan(quote.day_volume) && tick.volume_kind == market::VolumeKind::DayCumulative) {
    quote.day_volume = tick.volume;
  }
  if (std::isnan(quote.last_quantity) && tick.volume_kind == market::VolumeKind::Traded) {
    quote.last_quantity = tick.volume;
  }
  if (std::isnan(quote.oi)) quote.oi = tick.oi;
  return quote;
}

}  // namespace

TickBoard::TickBoard(const market::InstrumentTable& instruments, QuoteUpstream& upstream, const base::Clock& clock,
                     std::chrono::milliseconds grace)
    : instruments_{instruments}, upstream_{upstream}, clock_{clock}, grace_{grace}, seq_(instruments.size()) {}

void TickBoard::want(HubId hub, InstrumentId instrument, wire::TickForms forms) {
  const auto key = static_cast<std::uint32_t>(instrument);
  if (forms.empty() && !entries_.contains(key)) return;
  std::unique_ptr<Entry>& place = entries_[key];
  if (!place) place = std::make_unique<Entry>();
  Entry& entry = *place;
  std::erase_if(entry.holders, [hub](const auto& holder) { return holder.first == hub; });
  if (!forms.empty()) entry.holders.emplace_back(hub, forms);
  entry.forms = {};
  for (const auto& [holder, held] : entry.holders) entry.forms.add(held);

  const auto wanted = entry.forms.highest();
  if (wanted >= entry.asked) {
    entry.lower_at.reset();
    if (wanted != entry.asked) ask(entry, instrument);
  } else if (!entry.lower_at) {
    entry.lower_at = clock_.mono_now() + grace_;
    lingering_.push_back(instrument);
  }
}

void TickBoard::ask(Entry& entry, InstrumentId instrument) {
  entry.asked = entry.forms.highest();
  entry.asked_at = clock_.mono_now();
  entry.lower_at.reset();
  if (entry.asked) {
    upstream_.subscribe(instrument, *entry.asked);
  } else {
    upstream_.unsubscribe(instrument);
  }
}

void TickBoard::end_expired() {
  if (lingering_.empty()) return;
  const base::MonoTime now = clock_.mono_now();
  std::erase_if(lingering_, [&](InstrumentId instrument) {
    const auto it = entries_.find(static_cast<std::uint32_t>(instrument));
    if (it == entries_.end() || !it->second->lower_at) return true;
    if (*it->second->lower_at > now) return false;
    ask(*it->second, instrument);
    if (!it->second->asked) entries_.erase(it);
    return true;
  });
}

void TickBoard::on_tick(const market::Tick& tick) {
  const auto it = entries_.find(static_cast<std::uint32_t>(tick.instrument));
  if (it == entries_.end()) return;
  Entry& entry = *it->second;
  const bool price_changed = !entry.last || entry.last->last_price != tick.last_price;
  entry.last = tick;
  entry.quote = quote_of(tick);
  entry.last->quote = nullptr;
  entry.known = known_of(entry, tick);
  entry.latest.reset();
  const auto highest = entry.forms.highest();
  // Within the grace nobody is told, and who takes prices alone is told of new ones alone.
  if (!highest || (*highest == QuoteMode::Ltp && !price_changed)) return;
  entry.latest = serialise(entry, tick.instrument, ++seq_[static_cast<std::size_t>(tick.instrument)], price_changed);
  burst_.push_back(entry.latest);
}

QuoteMode TickBoard::known_of(const Entry& entry, const market::Tick& tick) const {
  const QuoteMode asked = entry.asked.value_or(QuoteMode::Ltp);
  if (tick.quote == nullptr || tick.quote->mode >= asked) return std::max(asked, entry.quote.mode);
  return clock_.mono_now() - entry.asked_at < kSettleTime ? tick.quote->mode : asked;
}

void TickBoard::on_bar(InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) {
  on_tick(market::closing_tick(instrument, timeframe, bar));
}

wire::TickPtr TickBoard::serialise(const Entry& entry, InstrumentId instrument, std::uint64_t seq, bool price_changed) {
  const market::Instrument& what = instruments_[instrument];
  auto update = std::make_shared<wire::TickUpdate>();
  update->instrument = instrument;
  update->seq = seq;
  update->price_changed = price_changed;
  if (const auto mode = entry.forms.highest(TickFormat::Json)) {
    update->add_json({what.token, what.symbol, entry.last->time, entry.last->last_price, entry.quote},
                     std::min(*mode, entry.known));
  }
  for (const QuoteMode mode : {QuoteMode::Ltp, QuoteMode::Quote, QuoteMode::Full}) {
    if (mode > entry.known || !entry.forms.has({TickFormat::Packet, mode})) continue;
    std::string packet;
    kite::append_packet(packet, what.token, entry.last->last_price, entry.quote, mode);
    update->add_packet(mode, packet);
  }
  ++updates_;
  return update;
}

wire::TickPtr TickBoard::newest(InstrumentId instrument) {
  const auto it = entries_.find(static_cast<std::uint32_t>(instrument));
  if (it == entries_.end() || !it->second->last) return nullptr;
  Entry& entry = *it->second;
  const auto carried = [&](wire::TickForm form) { return form.mode > entry.known || entry.latest->carries(form); };
  const bool complete = entry.latest && [&] {
    for (const TickFormat format : {TickFormat::Json, TickFormat::Packet}) {
      for (const QuoteMode mode : {QuoteMode::Ltp, QuoteMode::Quote, QuoteMode::Full}) {
        if (entry.forms.has({format, mode}) && !carried({format, mode})) return false;
      }
    }
    return true;
  }();
  if (!complete) {
    // What was told already keeps its number.
    std::uint64_t& seq = seq_[static_cast<std::size_t>(instrument)];
    entry.latest = serialise(entry, instrument, entry.latest ? seq : ++seq, true);
  }
  return entry.latest;
}

}  // namespace subd::engine
