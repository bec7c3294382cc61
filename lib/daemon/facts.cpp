#include "daemon/facts.hpp"

namespace subd::daemon {
namespace {

TopicFacts topic_facts(const engine::Computation& computation) {
  TopicFacts facts{computation.id(), computation.evaluations(), {}};
  const auto outputs = computation.outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    facts.values.emplace_back(outputs.size() == 1 ? "" : std::string{outputs[i]}, computation.current()[i]);
  }
  return facts;
}

StreamFacts stream_facts(engine::Stream& stream, base::MonoTime now) {
  StreamFacts facts;
  facts.id = stream.id();
  facts.symbol = stream.instrument().symbol;
  facts.timeframe = market::timeframe_name(stream.timeframe());
  facts.epoch = stream.epoch();
  facts.seq = stream.seq();
  facts.held = stream.held();
  facts.bars = stream.series().size();
  const bars::PrintCounters& prints = stream.builder().counters();
  facts.refused_prints = prints.out_of_session + prints.late + prints.invalid;
  facts.last_update = stream.last_update();
  facts.updates_per_second = stream.rate().per_second(now);
  for (const auto& computation : stream.computations()) facts.topics.push_back(topic_facts(*computation));
  facts.conditions = stream.conditions().size();
  facts.condition_evaluations = stream.conditions().evaluations();
  return facts;
}

}  // namespace

MarketFacts market_facts(Market& market) {
  MarketFacts facts{market.feed.kind(),
                    market.feed.counters(),
                    market.upstream,
                    market.feed.instruments()->size(),
                    {{}, market.interest.counters()},
                    {market.ticks.instrument_count(), market.ticks.updates()},
                    market.channels.reports(),
                    market.feed.upstream(),
                    {},
                    {}};
  for (const auto mode : {market::QuoteMode::Ltp, market::QuoteMode::Quote, market::QuoteMode::Full}) {
    facts.interest.by_mode[static_cast<std::size_t>(mode)] = market.interest.count(mode);
  }
  return facts;
}

EngineFacts engine_facts(engine::Engine& engine, const base::Clock& clock) {
  EngineFacts facts{engine.counters(), 0, {}};
  const base::MonoTime now = clock.mono_now();
  for (engine::Stream* stream : engine.streams()) {
    facts.held_streams += stream->held() ? 1 : 0;
    facts.streams.push_back(stream_facts(*stream, now));
  }
  return facts;
}

}  // namespace subd::daemon
