#include "session/rest_sessions.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace subd::session {
namespace {

/// The ledger hears of a use when so much of the time to live has gone by since it last did.
constexpr int kKeptPerLife = 4;

}  // namespace

void RestSessions::restore(const RestRecord& record) {
  const base::UtcTime now = context_.clock.utc_now();
  const bool is_over = record.used + context_.limits.rest_ttl <= now;
  if (record.streams.empty() || is_over || size() >= context_.limits.rest_sessions) {
    if (ledger_ != nullptr) ledger_->keep({record.key, record.used, {}}, {});
    return;
  }
  const auto entry = open(record.key);
  entry->used = record.used;
  entry->kept = record.used;
  for (const RestStream& stream : record.streams) entry->session.restore(stream);
}

void RestSessions::handle(const RestRequest& request, const RestDone& done) {
  switch (request.action) {
    case RestRequest::Action::Subscribe:
      return subscribe(request, done);
    case RestRequest::Action::Unsubscribe:
      return unsubscribe(request, done);
    case RestRequest::Action::Read:
      return read(request, done);
  }
}

void RestSessions::subscribe(const RestRequest& request, const RestDone& done) {
  const auto body = wire::parse_subscribe_body(request.body);
  if (!body) return done(rest_error(body.error()));
  auto entry = find(request.key);
  if (entry == by_use_.end()) {
    if (size() >= context_.limits.rest_sessions) {
      return done(rest_error({wire::ErrorCode::LimitExceeded,
                              "there are as many REST sessions as may be; those that nobody uses end by and by",
                              fmt::format(R"({{"maximum":{}}})", context_.limits.rest_sessions)}));
    }
    const auto held = by_user_.find(request.key.user);
    const std::size_t most = context_.limits.rest_sessions_per_user;
    if (held != by_user_.end() && held->second >= most) {
      return done(rest_error({wire::ErrorCode::LimitExceeded, fmt::format("at most {} REST sessions of one user", most),
                              fmt::format(R"({{"maximum":{}}})", most)}));
    }
    entry = open(request.key);
  }
  touch(entry);
  entry->session.subscribe(*body, done);
  if (entry->session.is_idle()) remove(entry);  // refused, and there was nothing before
}

void RestSessions::unsubscribe(const RestRequest& request, const RestDone& done) {
  const auto body = wire::parse_unsubscribe_body(request.body);
  if (!body) return done(rest_error(body.error()));
  const auto entry = find(request.key);
  if (entry == by_use_.end()) return done(no_subscription());
  touch(entry);
  auto answer = entry->session.unsubscribe(*body);
  if (!answer) return done(std::move(answer));
  auto tell = [done, answer = std::move(answer)] { done(answer); };
  keep(*entry, std::move(tell));
  if (entry->session.is_idle()) remove(entry);
}

void RestSessions::read(const RestRequest& request, const RestDone& done) {
  const auto entry = find(request.key);
  if (entry == by_use_.end()) return done(no_subscription());
  touch(entry);
  entry->session.read(request, done);
}

void RestSessions::on_timer() {
  const base::UtcTime now = context_.clock.utc_now();
  for (auto entry = by_use_.begin(); entry != by_use_.end() && entry->used + context_.limits.rest_ttl <= now;) {
    entry = end(entry);
  }
  for (const RestKey& key : std::exchange(emptied_, {})) {
    const auto entry = find(key);
    if (entry != by_use_.end() && entry->session.is_idle()) end(entry);
  }
}

std::size_t RestSessions::close(std::string_view name) {
  std::size_t count = 0;
  for (auto entry = by_use_.begin(); entry != by_use_.end();) {
    if (entry->session.key().name() != name) {
      ++entry;
      continue;
    }
    entry = end(entry);
    ++count;
  }
  return count;
}

std::vector<RestReport> RestSessions::reports() const {
  std::vector<RestReport> out;
  out.reserve(by_use_.size());
  for (const Entry& entry : by_use_) {
    const RestKey& key = entry.session.key();
    out.push_back({key.name(), key.user, key.id, entry.since, entry.used, entry.session.streams()});
  }
  return out;
}

RestSessions::Entries::iterator RestSessions::find(const RestKey& key) noexcept {
  const auto found = by_key_.find(key);
  return found != by_key_.end() ? found->second : by_use_.end();
}

RestSessions::Entries::iterator RestSessions::open(const RestKey& key) {
  const auto entry = by_use_.emplace(by_use_.end(), context_, key, static_cast<RestSession::Owner&>(*this));
  entry->since = entry->used = context_.clock.utc_now();
  by_key_.emplace(key, entry);
  ++by_user_[key.user];
  return entry;
}

void RestSessions::accepted(RestSession& session, std::string text, RestDone done) {
  keep(*find(session.key()), [text = std::move(text), done = std::move(done)] { done(text); });
}

void RestSessions::touch(Entries::iterator entry) {
  entry->used = context_.clock.utc_now();
  by_use_.splice(by_use_.end(), by_use_, entry);
  const bool is_known = !entry->session.streams().empty();
  if (is_known && entry->used - entry->kept >= context_.limits.rest_ttl / kKeptPerLife) keep(*entry, {});
}

void RestSessions::keep(Entry& entry, std::function<void()> done) {
  entry.kept = entry.used;
  if (ledger_ != nullptr)
    return ledger_->keep({entry.session.key(), entry.used, entry.session.streams()}, std::move(done));
  if (done) done();
}

RestSessions::Entries::iterator RestSessions::end(Entries::iterator entry) {
  if (ledger_ != nullptr) ledger_->keep({entry->session.key(), entry->used, {}}, {});
  const auto next = std::next(entry);
  remove(entry);
  return next;
}

void RestSessions::remove(Entries::iterator entry) {
  const RestKey& key = entry->session.key();
  const auto held = by_user_.find(key.user);
  if (--held->second == 0) by_user_.erase(held);
  by_key_.erase(key);
  by_use_.erase(entry);
}

}  // namespace subd::session
