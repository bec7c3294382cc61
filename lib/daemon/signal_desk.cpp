#include "daemon/signal_desk.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "base/json_text.hpp"
#include "base/log.hpp"

namespace subd::daemon {
namespace {

using server::HttpResponse;

constexpr std::chrono::hours kPruneInterval{1};

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

HttpResponse store_fails(std::string_view consequence) {
  return server::come_back_later(503, "unavailable", fmt::format("the store does not work; {}", consequence), 1);
}

HttpResponse acknowledgement(const store::SignalRequest& request) {
  std::size_t duplicates = 0;
  std::string list;
  for (std::size_t i = 0; i < request.signals.size(); ++i) {
    const bool duplicate = request.outcomes[i] == store::SignalOutcome::Duplicate;
    duplicates += duplicate ? 1 : 0;
    list += list.empty() ? R"({"id":)" : R"(,{"id":)";
    base::append_json_string(list, request.signals[i].id);
    list += duplicate ? R"(,"duplicate":true})" : R"(,"duplicate":false})";
  }
  return server::json_response(200, fmt::format(R"({{"status":"ok","stored":{},"duplicates":{},"signals":[{}]}})",
                                                request.signals.size() - duplicates, duplicates, list));
}

HttpResponse answer_to(const store::SignalRequest& request) {
  if (!request.conflicts()) return acknowledgement(request);
  return server::problem(409, "conflict",
                         fmt::format("signal {} is stored and says something else; nothing of this request was stored",
                                     request.signals[request.outcomes.size() - 1].id));
}

/// Whether If-None-Match names the tag.
bool names(std::string_view header, std::string_view tag) {
  return header == "*" || header.find(tag) != std::string_view::npos;
}

}  // namespace

void SignalDesk::serve(store::Database* database) {
  database_ = database;
  load();
  write();
  prune();
  read_tiers();
  answer_hubs();
  answer_polls();
  for (const TierQuestion& question : std::exchange(questions_, {})) {
    std::vector<std::optional<auth::Tier>> tiers(question.users.size());
    for (std::size_t i = 0; i < tiers.size(); ++i) {
      const auto& [user, claim] = question.users[i];
      if (tiers_.knows(user)) tiers[i] = rules_.in_force(tiers_.stored(user), claim);
    }
    question.done(tiers);
  }
  database_ = nullptr;
}

void SignalDesk::failed(const store::StoreError& error) {
  if (store_.condition() == store::Condition::Working) {
    base::log::error("signals", "the store fails; nothing is pushed that is not stored", {{"reason", error.message}});
  }
  store_.report(error);
  database_ = nullptr;
}

void SignalDesk::load() {
  if (database_ == nullptr) return;
  if (const auto loaded = shelf_.load(*database_); !loaded) failed(loaded.error());
}

void SignalDesk::write() {
  std::vector<SignalWrite> due = std::exchange(writes_, {});
  if (due.empty()) return;
  std::vector<store::SignalRequest> requests;
  requests.reserve(due.size());
  for (SignalWrite& one : due) requests.push_back(std::move(one.request));
  if (database_ != nullptr) {
    const auto stored = store::SignalStore{*database_}.add(requests, clock_.utc_now());
    if (!stored) {
      failed(stored.error());
    } else if (!stored->empty()) {
      count(counters_.writes);
      count(counters_.stored, stored->size());
      outlet_.publish(shelf_.add(*stored));
    }
  }
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (database_ == nullptr) {
      count(counters_.failed);
      due[i].respond(store_fails("nothing was stored, send it again later"));
      continue;
    }
    for (const store::SignalOutcome outcome : requests[i].outcomes) {
      if (outcome == store::SignalOutcome::Duplicate) count(counters_.duplicates);
    }
    if (requests[i].conflicts()) count(counters_.conflicts);
    due[i].respond(answer_to(requests[i]));
  }
}

void SignalDesk::prune() {
  const base::MonoTime now = clock_.mono_now();
  if (database_ == nullptr || now < next_prune_) return;
  next_prune_ = now + kPruneInterval;
  const auto forgotten = store::SignalStore{*database_}.forget(clock_.utc_now() - settings_.retention);
  if (!forgotten) failed(forgotten.error());
}

void SignalDesk::read_tiers() {
  std::vector<std::string> users;
  for (const HubQuestion& question : asks_) {
    for (const hub::SignalAsk& ask : question.asks) users.push_back(ask.user);
  }
  for (const SignalPoll& poll : polls_) users.push_back(poll.query.user);
  for (const TierQuestion& question : questions_) {
    for (const TierClaim& one : question.users) users.push_back(one.user);
  }
  if (users.empty() || database_ == nullptr) return;
  if (const auto read = tiers_.read(*database_, users); !read) failed(read.error());
}

hub::SignalStanding SignalDesk::standing(const std::string& user, const std::string& claim) const {
  // What the store has may be less than what the token claims: without it nobody is believed.
  if (!tiers_.knows(user)) return {std::string{auth::tier_name(auth::Tier::Starter)}, false, false};
  const auth::Tier tier = rules_.in_force(tiers_.stored(user), claim);
  return {std::string{auth::tier_name(tier)}, rules_.sees_premium(tier), true};
}

void SignalDesk::answer_hubs() {
  for (const HubQuestion& question : std::exchange(asks_, {})) {
    std::vector<hub::SignalReply> replies;
    replies.reserve(question.asks.size());
    for (const hub::SignalAsk& ask : question.asks) replies.push_back(reply_to(ask));
    outlet_.answer(question.hub, std::move(replies));
  }
}

hub::SignalReply SignalDesk::reply_to(const hub::SignalAsk& ask) {
  hub::SignalReply reply;
  reply.serial = ask.serial;
  reply.standing = standing(ask.user, ask.tier_claim);
  if (!ask.joins) return reply;
  if (database_ != nullptr) {
    const auto newest = shelf_.newest(*database_, reply.standing.premium, 1);
    if (!newest) {
      failed(newest.error());
    } else if (!newest->empty()) {
      reply.last_id = newest->front()->id;
    }
  }
  if (!ask.since.empty()) replay(ask, reply);
  return reply;
}

void SignalDesk::replay(const hub::SignalAsk& ask, hub::SignalReply& reply) {
  const auto refuse = [&reply](wire::ErrorCode code, std::string message) {
    reply.replay.clear();
    reply.error = wire::Error{code, std::move(message), R"({"field":"since"})"};
  };
  constexpr std::string_view kFails = "what was missed cannot be read: the store does not work; connect again later";
  if (database_ == nullptr) return refuse(wire::ErrorCode::Internal, std::string{kFails});
  const auto position = shelf_.position_of(*database_, ask.since);
  if (!position) {
    failed(position.error());
    return refuse(wire::ErrorCode::Internal, std::string{kFails});
  }
  if (!*position) {
    return refuse(wire::ErrorCode::BadParams,
                  fmt::format("since: no signal {}; what came after it cannot be told", ask.since));
  }
  auto missed = shelf_.after(*database_, **position, reply.standing.premium, settings_.most_replayed + 1);
  if (!missed) {
    failed(missed.error());
    return refuse(wire::ErrorCode::Internal, std::string{kFails});
  }
  std::size_t bytes = 0;
  for (const wire::SignalPtr& signal : *missed) bytes += signal->message.size();
  if (missed->size() > settings_.most_replayed || bytes > settings_.most_replayed_bytes) {
    return refuse(wire::ErrorCode::LimitExceeded,
                  fmt::format("more than {} signals, or {} bytes, were missed since {}; GET /api/v1/signals?since={} "
                              "has them page by page",
                              settings_.most_replayed, settings_.most_replayed_bytes, ask.since, ask.since));
  }
  reply.replay = std::move(*missed);
}

void SignalDesk::answer_polls() {
  for (const SignalPoll& poll : std::exchange(polls_, {})) {
    count(counters_.polls);
    poll.respond(page(poll.query));
  }
}

HttpResponse SignalDesk::page(const server::SignalQuery& query) {
  if (database_ == nullptr) return store_fails("signals cannot be read now");
  const bool premium = standing(query.user, query.tier_claim).premium;
  store::Result<std::vector<wire::SignalPtr>> signals{std::vector<wire::SignalPtr>{}};
  if (query.since.empty()) {
    signals = shelf_.newest(*database_, premium, query.limit);
  } else {
    const auto position = shelf_.position_of(*database_, query.since);
    if (position && !*position) {
      return server::problem(404, "unknown_signal", fmt::format("since: no signal {}", query.since));
    }
    signals = position ? shelf_.after(*database_, **position, premium, query.limit)
                       : store::Result<std::vector<wire::SignalPtr>>{position.error()};
  }
  if (!signals) {
    failed(signals.error());
    return store_fails("signals cannot be read now");
  }
  std::string body = R"({"signals":[)";
  for (const wire::SignalPtr& signal : *signals) {
    if (body.back() != '[') body += ',';
    body += signal->message;
  }
  body += R"(],"next":)";
  const std::string& next = signals->empty() ? query.since : signals->back()->id;
  if (next.empty()) {
    body += "null}";
  } else {
    base::append_json_string(body, next);
    body += '}';
  }
  const std::string tag = fmt::format("\"{:016x}\"", std::hash<std::string>{}(body));
  HttpResponse response;
  if (names(query.if_none_match, tag)) {
    response.status = 304;
  } else {
    response = server::json_response(200, std::move(body));
  }
  response.fields.emplace_back("ETag", tag);
  response.fields.emplace_back("Cache-Control", "private, no-cache");
  response.fields.emplace_back("Vary", "Authorization, X-API-Key");
  return response;
}

}  // namespace subd::daemon
