#include "daemon/ingest_service.hpp"

#include <string>
#include <utility>

#include "control/request_fields.hpp"

namespace subd::daemon {
namespace {

using session::IngestForm;
using session::IngestReply;

base::Result<feed::IngestHead, feed::IngestError> head_of(std::string_view query) {
  control::RequestFields fields{control::Query{query}};
  feed::IngestHead head;
  head.publisher = fields.optional_text("publisher", feed::IngestRules::kNameLimitBytes);
  head.epoch = fields.optional_text("epoch", feed::IngestRules::kNameLimitBytes);
  const std::int64_t seq = fields.optional_integer("seq", -1, 0, INT64_MAX);
  if (fields.error()) return feed::IngestError{fields.error()->message};
  if (seq >= 0) head.seq = static_cast<std::uint64_t>(seq);
  return head;
}

base::Result<feed::IngestBatch, feed::IngestError> read(const session::IngestRequest& request,
                                                        const feed::IngestRules& rules, base::UtcTime now) {
  if (request.form == IngestForm::Message) return feed::parse_ingest_message(request.text, rules, now);
  auto head = head_of(request.query);
  if (!head) return head.error();
  return feed::parse_ingest_lines(request.text, std::move(*head), rules, now);
}

}  // namespace

IngestService::IngestService(feed::Ingest* ingest, MarketThread& market, const base::Clock& clock)
    : ingest_{ingest}, rules_{ingest != nullptr ? ingest->rules() : nullptr}, market_{market}, clock_{clock} {}

void IngestService::take(session::IngestRequest request, std::function<void(IngestReply)> done) {
  const bool counted = request.form == IngestForm::Lines;
  if (counted && waiting_.load(std::memory_order_relaxed) >= kMostWaiting) {
    return done({429, "rate_limited", "the market has not yet taken the batches before this one; send it again"});
  }
  auto batch = read(request, *rules_, clock_.utc_now());
  if (!batch) return done({400, "bad_request", batch.error().message});
  if (batch->head.publisher.empty()) batch->head.publisher = request.user;
  if (counted) waiting_.fetch_add(1, std::memory_order_relaxed);
  auto applied = [this, counted, done = std::move(done)](const feed::IngestOutcome& outcome) {
    if (counted) waiting_.fetch_sub(1, std::memory_order_relaxed);
    done({200, {}, feed::ingest_ack(outcome)});
  };
  market_.post([ingest = ingest_, user = std::move(request.user),
                shared = std::make_shared<feed::IngestBatch>(std::move(*batch)),
                applied = std::move(applied)](Market&) { ingest->offer(user, std::move(*shared), applied); });
}

}  // namespace subd::daemon
