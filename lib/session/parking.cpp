#include "session/parking.hpp"

#include <algorithm>
#include <utility>

namespace subd::session {

namespace close_reason = wire::close_reason;

void Parking::park(std::unique_ptr<Client> client) {
  const std::string& user = client->principal().user_id;
  make_room(user);
  ++counters_.parked;
  ++by_user_[user];
  waiting_.push_back({std::move(client), context_.clock.mono_now() + context_.limits.resume_window});
  const Place place = std::prev(waiting_.end());
  by_token_.emplace(place->client->resume_token(), place);
}

void Parking::make_room(std::string_view user) {
  const Limits& limits = context_.limits;
  const auto of_user = by_user_.find(std::string{user});
  if (of_user != by_user_.end() && of_user->second >= limits.max_parked_per_user) {
    const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), [user](const Waiting& waiting) {
      return waiting.client->principal().user_id == user;
    });
    end(oldest, close_reason::kLimitExceeded, "limit");
  }
  if (waiting_.size() >= limits.max_parked) end(waiting_.begin(), close_reason::kLimitExceeded, "limit");
}

const Client* Parking::find_token(std::string_view resume_token) const noexcept {
  const auto found = by_token_.find(resume_token);
  if (found == by_token_.end()) return nullptr;
  const Client* client = found->second->client.get();
  return client->state() == ClientState::Parked ? client : nullptr;
}

std::unique_ptr<Client> Parking::take(std::string_view resume_token) {
  const Place place = by_token_.find(resume_token)->second;
  std::unique_ptr<Client> client = std::move(place->client);
  by_token_.erase(client->resume_token());
  const auto user = by_user_.find(client->principal().user_id);
  if (--user->second == 0) by_user_.erase(user);
  waiting_.erase(place);
  return client;
}

void Parking::end(Place place, const wire::CloseReason& reason, std::string_view why) {
  place->client->close(reason);
  ++counters_.ended[why];
  static_cast<void>(take(place->client->resume_token()));
}

void Parking::on_timer() {
  const base::MonoTime now = context_.clock.mono_now();
  const base::UtcTime utc = context_.clock.utc_now();
  for (Place place = waiting_.begin(); place != waiting_.end();) {
    const Place current = place++;
    const Client& client = *current->client;
    if (client.state() == ClientState::Closing) {
      end(current, close_reason::kNormal, client.closing_reason()->text);
    } else if (now >= current->until) {
      end(current, close_reason::kPeerGone, "window");
    } else if (client.principal().expires_at + context_.limits.expiry_leeway <= utc) {
      end(current, close_reason::kTokenExpired, close_reason::kTokenExpired.text);
    }
  }
}

void Parking::close_all(const wire::CloseReason& reason) {
  while (!waiting_.empty()) end(waiting_.begin(), reason, reason.text);
}

void Parking::close_if(const std::function<bool(const auth::Principal&)>& is_refused) {
  for (Place place = waiting_.begin(); place != waiting_.end();) {
    const Place current = place++;
    if (!is_refused(current->client->principal())) continue;
    end(current, close_reason::kUnauthorized, close_reason::kUnauthorized.text);
  }
}

std::vector<ParkedReport> Parking::reports() const {
  const base::MonoTime now = context_.clock.mono_now();
  std::vector<ParkedReport> out;
  out.reserve(waiting_.size());
  for (const Waiting& waiting : waiting_) {
    if (waiting.client->state() != ClientState::Parked) continue;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(waiting.until - now);
    out.push_back({waiting.client->report(), std::max(left, std::chrono::milliseconds{0})});
  }
  return out;
}

Client* Parking::find(std::string_view id) noexcept {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [id](const Waiting& waiting) {
    return waiting.client->state() == ClientState::Parked && waiting.client->id() == id;
  });
  return found != waiting_.end() ? found->client.get() : nullptr;
}

}  // namespace subd::session
