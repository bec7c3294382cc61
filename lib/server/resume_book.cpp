#include "server/resume_book.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "server/connection.hpp"

namespace subd::server {
namespace {

/// Tokens of ended clients that are told from those that never were; for the counters alone.
constexpr std::size_t kStaleRemembered = 1000;

}  // namespace

std::size_t ResumeBook::ByToken::operator()(std::string_view resume_token) const noexcept {
  return std::hash<std::string_view>{}(resume_token);
}

std::size_t ResumeBook::ByToken::operator()(const Connection* connection) const noexcept {
  return (*this)(connection->client().resume_token());
}

bool ResumeBook::ByToken::operator()(const Connection* one, const Connection* other) const noexcept {
  return one == other;
}

bool ResumeBook::ByToken::operator()(std::string_view resume_token, const Connection* connection) const noexcept {
  return resume_token == connection->client().resume_token();
}

void ResumeBook::opened(Connection& connection) {
  if (!connection.client().resume_token().empty()) connected_.insert(&connection);
}

void ResumeBook::ended(Connection& connection) {
  const std::string_view token = connection.client().resume_token();
  if (token.empty()) return;
  connected_.erase(&connection);
  stale_.push_back(ByToken{}(token));
  if (stale_.size() > kStaleRemembered) stale_.pop_front();
}

void ResumeBook::park(Connection& connection, const wire::CloseReason& reason) {
  connected_.erase(&connection);
  parking_.park(connection.part_with_client(parking_.nowhere(), reason));
}

std::unique_ptr<session::Client> ResumeBook::refuse(std::string_view why) {
  ++counters_.resumes[why];
  return nullptr;
}

std::unique_ptr<session::Client> ResumeBook::take(std::string_view resume_token,
                                                  const std::optional<auth::Principal>& who) {
  if (!who) return refuse("no_token");
  const auto of_user = [&](const session::Client& client) { return client.principal().user_id == who->user_id; };
  if (const session::Client* parked = parking_.find_token(resume_token)) {
    if (!of_user(*parked)) return refuse("other_user");
    ++counters_.resumes["resumed"];
    return parking_.take(resume_token);
  }
  const auto connected = connected_.find(resume_token);
  if (connected != connected_.end() && (*connected)->client().may_park()) {
    Connection& connection = **connected;
    if (!of_user(connection.client())) return refuse("other_user");
    ++counters_.resumes["taken_over"];
    connected_.erase(connected);
    return connection.part_with_client(parking_.nowhere(), wire::close_reason::kResumedElsewhere);
  }
  const bool was =
      connected != connected_.end() || std::find(stale_.begin(), stale_.end(), ByToken{}(resume_token)) != stale_.end();
  return refuse(was ? "stale" : "unknown");
}

}  // namespace subd::server
