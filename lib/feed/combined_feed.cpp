#include "feed/combined_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "base/nearest.hpp"
#include "feed/specification.hpp"

namespace subd::feed {
namespace {

constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kAllOf = ":*";

/// How strongly a part wants an instrument; the lower wins.
enum class Claim : std::uint8_t { Symbol, Exchange, Known, None };

/// An instrument that trades around the clock here may go by the exchange that it comes from.
bool is_of(const market::Instrument& instrument, std::string_view exchange) {
  if (instrument.exchange == exchange) return true;
  const std::string alias = fmt::format("{}:{}", exchange, instrument.symbol);
  return std::find(instrument.aliases.begin(), instrument.aliases.end(), alias) != instrument.aliases.end();
}

}  // namespace

/// One of the sources, and the way of its ids into those of all.
class CombinedFeed::Part final : public FeedSink {
 public:
  Part(SourcePart part, std::size_t number)
      : name{std::move(part.name)},
        source{std::move(part.source)},
        table{source->instruments()},
        ids(table->size(), market::InstrumentId{kNowhere}),
        number_{number},
        only_{std::move(part.only)} {
    for (std::string& claim : only_) check(claim);
  }

  [[nodiscard]] Claim claim(const market::Instrument& instrument) const {
    if (only_.empty()) return Claim::Known;
    Claim out = Claim::None;
    for (const std::string& claim : only_) {
      if (claim == instrument.symbol) return Claim::Symbol;
      if (claim.ends_with(kAllOf) && is_of(instrument, claim.substr(0, claim.size() - kAllOf.size()))) {
        out = Claim::Exchange;
      }
    }
    return out;
  }

  std::optional<base::UtcTime> advance(FeedSink& sink, base::UtcTime now) {
    sink_ = &sink;
    return source->advance(*this, now);
  }

  void on_tick(const market::Tick& tick) override {
    market::Tick copy = tick;
    copy.instrument = ids[static_cast<std::size_t>(tick.instrument)];
    if (is_ours(copy.instrument)) sink_->on_tick(copy);
  }
  void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) override {
    const market::InstrumentId id = ids[static_cast<std::size_t>(instrument)];
    if (is_ours(id)) sink_->on_bar(id, timeframe, bar);
  }
  void on_quote(market::InstrumentId instrument, base::UtcTime time, const market::Quote& quote) override {
    const market::InstrumentId id = ids[static_cast<std::size_t>(instrument)];
    if (is_ours(id)) sink_->on_quote(id, time, quote);
  }
  void on_foreign(const market::ForeignFlow& flow) override {
    market::ForeignFlow copy = flow;
    copy.instrument = ids[static_cast<std::size_t>(flow.instrument)];
    if (is_ours(copy.instrument)) sink_->on_foreign(copy);
  }
  void on_index(const market::IndexFigures& figures) override {
    market::IndexFigures copy = figures;
    copy.instrument = ids[static_cast<std::size_t>(figures.instrument)];
    if (is_ours(copy.instrument)) sink_->on_index(copy);
  }
  void on_market_time(base::UtcTime time) override { sink_->on_clock(number_, time); }
  void on_clock(std::size_t, base::UtcTime time) override { on_market_time(time); }
  void on_upstream(UpstreamState now, base::UtcTime) override { state = now; }

  std::string name;
  std::unique_ptr<FeedSource> source;
  std::shared_ptr<const market::InstrumentTable> table;
  std::vector<market::InstrumentId> ids;  // of all, by id of the part; kNowhere for what another part delivers
  std::size_t subscribed = 0;
  UpstreamState state = UpstreamState::Live;

 private:
  static bool is_ours(market::InstrumentId id) noexcept { return id != market::InstrumentId{kNowhere}; }

  /// Makes the claim the symbol that it finds.
  void check(std::string& claim) {
    if (claim.ends_with(kAllOf)) {
      const std::string exchange = claim.substr(0, claim.size() - kAllOf.size());
      const auto& all = table->all();
      if (std::any_of(all.begin(), all.end(), [&](const auto& one) { return is_of(one, exchange); })) return;
      throw SpecificationError(fmt::format("feed: {} has nothing of exchange {}", name, exchange));
    }
    const auto id = table->find(claim);
    if (!id) {
      throw SpecificationError(
          fmt::format("feed: {} has no symbol {}{}", name, claim, base::did_you_mean(table->nearest(claim))));
    }
    claim = (*table)[*id].symbol;
  }

  std::size_t number_;
  std::vector<std::string> only_;
  FeedSink* sink_ = nullptr;  // of the advance that runs
};

CombinedFeed::CombinedFeed(std::vector<SourcePart> parts) {
  for (SourcePart& part : parts) parts_.push_back(std::make_unique<Part>(std::move(part), parts_.size()));
  const Part* publishing = nullptr;
  for (const auto& part : parts_) {
    if (part->source->ingest() == nullptr) continue;
    if (publishing != nullptr) {
      throw SpecificationError(
          fmt::format("feed: {} and {} both take published rows; one of them can", publishing->name, part->name));
    }
    publishing = part.get();
  }
  share_out();
}

CombinedFeed::~CombinedFeed() = default;

void CombinedFeed::share_out() {
  struct Owner {
    std::uint32_t part;
    Claim claim;
  };
  std::unordered_map<std::string_view, Owner> owners;
  for (std::uint32_t number = 0; number < parts_.size(); ++number) {
    for (const market::Instrument& instrument : parts_[number]->table->all()) {
      const Claim claim = parts_[number]->claim(instrument);
      if (claim == Claim::None) continue;
      const auto [it, is_new] = owners.try_emplace(instrument.symbol, Owner{number, claim});
      if (is_new) continue;
      if (it->second.claim == claim && claim != Claim::Known) {
        throw SpecificationError(fmt::format("feed: {} is claimed by {} and by {}; one source can have it",
                                             instrument.symbol, parts_[it->second.part]->name, parts_[number]->name));
      }
      if (claim < it->second.claim) it->second = {number, claim};
    }
  }
  auto table = std::make_shared<market::InstrumentTable>();
  for (std::uint32_t number = 0; number < parts_.size(); ++number) {
    Part& part = *parts_[number];
    std::vector<bool> served(part.table->size());
    for (std::size_t i = 0; i < served.size(); ++i) {
      const market::Instrument& instrument = part.table->all()[i];
      const auto owner = owners.find(instrument.symbol);
      if (owner == owners.end() || owner->second.part != number) continue;
      served[i] = true;
      part.ids[i] = *table->add(instrument);
      origins_.push_back({number, market::InstrumentId{static_cast<std::uint32_t>(i)}});
    }
    part.source->serve_only(served);
  }
  instruments_ = std::move(table);
  subscribed_.resize(origins_.size());
}

Ingest* CombinedFeed::ingest() noexcept {
  for (const auto& part : parts_) {
    if (Ingest* ingest = part->source->ingest()) return ingest;
  }
  return nullptr;
}

market::Timeframe CombinedFeed::finest_timeframe(market::InstrumentId instrument) const {
  const Origin from = origin(instrument);
  return parts_[from.part]->source->finest_timeframe(from.instrument);
}

bool CombinedFeed::keeps_history() const noexcept {
  return std::any_of(parts_.begin(), parts_.end(), [](const auto& part) { return part->source->keeps_history(); });
}

bool CombinedFeed::keeps_history_of(market::InstrumentId instrument) const noexcept {
  const Origin from = origin(instrument);
  return parts_[from.part]->source->keeps_history_of(from.instrument);
}

std::size_t CombinedFeed::clock_of(market::InstrumentId instrument) const noexcept {
  return origin(instrument).part;
}

void CombinedFeed::start(FeedHost& host) {
  for (const auto& part : parts_) part->source->start(host);
}

Recording CombinedFeed::recording() const {
  Recording out;
  out.wanted = false;
  auto of = std::make_shared<std::vector<bool>>(origins_.size());
  for (std::uint32_t number = 0; number < parts_.size(); ++number) {
    const Recording recording = parts_[number]->source->recording();
    if (!recording.wanted) continue;
    out.wanted = true;
    out.market += (out.market.empty() ? "" : "+") + recording.market;
    out.delivers_from = std::min(out.delivers_from, recording.delivers_from);
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      if (origins_[i].part == number) (*of)[i] = true;
    }
  }
  if (!out.wanted) out.market = parts_.front()->source->recording().market;
  out.of = std::move(of);
  return out;
}

void CombinedFeed::subscribe(market::InstrumentId instrument, market::QuoteMode mode) {
  const Origin from = origin(instrument);
  auto wanted = subscribed_[static_cast<std::size_t>(instrument)];
  parts_[from.part]->subscribed += wanted ? 0 : 1;
  wanted = true;
  parts_[from.part]->source->subscribe(from.instrument, mode);
}

void CombinedFeed::unsubscribe(market::InstrumentId instrument) {
  const Origin from = origin(instrument);
  auto wanted = subscribed_[static_cast<std::size_t>(instrument)];
  parts_[from.part]->subscribed -= wanted ? 1 : 0;
  wanted = false;
  parts_[from.part]->source->unsubscribe(from.instrument);
}

bool CombinedFeed::fetch(market::InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                         std::function<void()> done) {
  const Origin from = origin(instrument);
  return parts_[from.part]->source->fetch(from.instrument, timeframe, count, std::move(done));
}

Backfill CombinedFeed::backfill(market::InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                                base::UtcTime now) {
  const Origin from = origin(instrument);
  return parts_[from.part]->source->backfill(from.instrument, timeframe, count, now);
}

std::optional<base::UtcTime> CombinedFeed::advance(FeedSink& sink, base::UtcTime now) {
  std::optional<base::UtcTime> next;
  for (const auto& part : parts_) {
    const auto due = part->advance(sink, now);
    if (due && (!next || *due < *next)) next = due;
  }
  tell_state(sink, now);
  return next;
}

void CombinedFeed::tell_state(FeedSink& sink, base::UtcTime now) {
  const bool nothing =
      std::all_of(parts_.begin(), parts_.end(), [](const auto& part) { return part->subscribed == 0; });
  UpstreamState worst = UpstreamState::Live;
  for (const auto& part : parts_) {
    if (nothing || part->subscribed > 0) worst = std::max(worst, part->state);
  }
  if (told_ == worst) return;
  told_ = worst;
  sink.on_upstream(worst, now);
}

UpstreamReport CombinedFeed::upstream() const {
  UpstreamReport out;
  for (const auto& part : parts_) out.add(part->source->upstream());
  return out;
}

FeedCounters CombinedFeed::counters() const noexcept {
  FeedCounters out;
  out.finished = true;
  for (const auto& part : parts_) {
    const FeedCounters one = part->source->counters();
    out.ticks += one.ticks;
    out.bars += one.bars;
    out.bad_rows += one.bad_rows;
    out.finished = out.finished && one.finished;
  }
  return out;
}

}  // namespace subd::feed
