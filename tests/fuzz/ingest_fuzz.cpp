// Any bytes as a publisher's batch, as a message and as lines: rows that are taken are sound, the others are told.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "feed/ingest.hpp"

namespace {

using namespace subd;

constexpr base::UtcTime kNow{std::chrono::milliseconds{1'762'232'700'000}};
constexpr std::chrono::seconds kMaxAhead{5};

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_price(double value) {
  return std::isfinite(value) && value > 0;
}

void require_sound(const feed::IngestTick& row) {
  require(is_price(row.tick.last_price) && std::isfinite(row.tick.volume) && row.tick.volume >= 0);
  require(row.tick.time >= base::UtcTime{} && row.tick.time <= kNow + kMaxAhead && row.tick.quote == nullptr);
  require(!row.quote || row.quote->mode != market::QuoteMode::Ltp);
}

void require_sound(const feed::IngestBar& row) {
  const market::Bar& bar = row.bar;
  require(is_price(bar.low) && is_price(bar.high) && std::isfinite(bar.volume) && bar.volume >= 0);
  require(bar.low <= std::min(bar.open, bar.close) && bar.high >= std::max(bar.open, bar.close));
  require(bar.start < kNow + kMaxAhead);
}

void check(const base::Result<feed::IngestBatch, feed::IngestError>& read, const feed::IngestRules& rules) {
  if (!read) {
    require(!read.error().message.empty() && read.error().message.size() < 300);
    return;
  }
  feed::IngestOutcome outcome;
  outcome.head = read->head;
  outcome.problems = read->problems;
  for (const feed::IngestRow& row : read->rows) {
    std::visit([](const auto& content) { require_sound(content); }, row.content);
    ++outcome.applied;
  }
  for (const feed::IngestProblem& problem : outcome.problems.shown()) {
    require(!problem.row.empty() && !problem.allowed.empty() && problem.value.size() < 100);
  }
  require(feed::ingest_ack(outcome).size() < 30'000);
  require(rules.instruments().size() > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const feed::IngestRules rules{std::make_shared<const market::InstrumentTable>(market::builtin_instruments()),
                                       market::builtin_calendars(), kMaxAhead};
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check(feed::parse_ingest_message(text, rules, kNow), rules);
  check(feed::parse_ingest_lines(text, {"p", "e", 1}, rules, kNow), rules);
  return 0;
}
