#include "server/connection_set.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "base/random_id.hpp"
#include "server/client_factory.hpp"

namespace subd::server {
namespace {

constexpr std::size_t kReadBufferBytes = std::size_t{64} * 1024;
/// A snapshot of years may need more for once; it is not kept.
constexpr std::size_t kScratchKeptBytes = std::size_t{1024} * 1024;
/// Timeouts are looked at, and those that are over end, so many at a time: thousands that came together, or vanished
/// together, would have this thread to themselves.
constexpr std::size_t kLooksPerTurn = 4096;
constexpr std::size_t kEndsPerTurn = 64;
constexpr int kRetryAfterLeastMs = 1000;
constexpr int kRetryAfterMostMs = 5000;

}  // namespace

ConnectionSet::ConnectionSet(const Settings& settings, ClientFactory& clients, Counters& counters, int& turn_left)
    : settings_{settings},
      clients_{clients},
      counters_{counters},
      turn_left_{turn_left},
      resumable_{clients.clients(), counters},
      jitter_{std::random_device{}()},
      read_buffer_(kReadBufferBytes) {}

ConnectionSet::~ConnectionSet() = default;

const base::Clock& ConnectionSet::clock() const noexcept {
  return clients_.clients().clock;
}

Compression& ConnectionSet::compression() {
  if (!compression_) compression_.emplace(settings_.compression_threshold);
  return *compression_;
}

ws::Inflater& ConnectionSet::inflater() {
  if (!inflater_) inflater_.emplace();
  return *inflater_;
}

void ConnectionSet::adopt(ByteStream stream, Arrival arrival) {
  std::unique_ptr<session::Client> parked;
  if (arrival.role.resume) parked = resumable_.take(*arrival.role.resume, arrival.principal);
  auto connection =
      parked ? std::make_unique<Connection>(*this, std::move(stream), arrival.client, std::move(arrival.place),
                                            arrival.compressed, std::move(parked))
             : std::make_unique<Connection>(*this, std::move(stream), arrival.client, std::move(arrival.place),
                                            arrival.compressed, std::move(arrival.role), "ws_" + base::random_hex(12));
  connection->index_ = static_cast<std::uint32_t>(connections_.size());
  connections_.push_back(std::move(connection));
  dirty_.reserve(connections_.capacity());  // so that mark_dirty() never allocates
  flushed_.reserve(connections_.capacity());
  ++counters_.upgraded;
  Connection& opened = *connections_.back();
  resumable_.opened(opened);
  opened.open(std::move(arrival.principal), arrival.early);
  if (goodbye_) dismiss(opened);
}

void ConnectionSet::mark_dirty(Connection& connection) noexcept {
  dirty_.push_back(&connection);
}

void ConnectionSet::flush() {
  flushed_.swap(dirty_);
  // A send() leaves little of the caches, and each tab's memory is somewhere else: what the next ones are made of is
  // fetched while this one is written, each step when the one before it has come.
  const std::size_t count = flushed_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (i + 3 < count) flushed_[i + 3]->prefetch();
    if (i + 2 < count) flushed_[i + 2]->prefetch_client();
    if (i + 1 < count) flushed_[i + 1]->client().outbox().prefetch_front();
    flushed_[i]->flush();
  }
  flushed_.clear();
  if (scratch_.capacity() > kScratchKeptBytes) std::string{}.swap(scratch_);
  if (compression_) compression_->end_turn();
}

void ConnectionSet::park(Connection& connection, const wire::CloseReason& reason) {
  if (!goodbye_ && connection.client().may_park()) resumable_.park(connection, reason);
}

void ConnectionSet::ended(Connection& connection) {
  resumable_.ended(connection);
  ClosedConnection report = connection.closed_report();
  base::log::debug("server", "connection ended",
                   {{"id", report.id},
                    {"user", report.user},
                    {"address", report.address},
                    {"code", report.code},
                    {"reason", report.text}});
  const auto reason = connection.client().closing_reason().value_or(wire::close_reason::kPeerGone);
  ++counters_.closed[reason.text];
  counters_.dropped_messages += connection.client().outbox().pending_messages();
  if (closed_.size() < kClosedRemembered) {
    closed_.push_back(std::move(report));
  } else {
    closed_[oldest_closed_] = std::move(report);
    oldest_closed_ = (oldest_closed_ + 1) % kClosedRemembered;
  }
  ended_.push_back(&connection);
}

void ConnectionSet::reap() {
  // What is pointed to by an operation stays until the operation has come back.
  std::erase_if(ended_, [this](Connection* connection) {
    if (!connection->disposable()) return false;
    const std::uint32_t index = connection->index_;
    if (index + 1 != connections_.size()) {
      std::swap(connections_[index], connections_.back());
      connections_[index]->index_ = index;
    }
    connections_.pop_back();
    return true;
  });
}

bool ConnectionSet::on_timer() {
  std::size_t looks = 0;
  for (std::size_t ends = 0; timed_ < connections_.size(); ++timed_, ++looks) {
    if (looks >= kLooksPerTurn || ends >= kEndsPerTurn) return false;
    Connection& connection = *connections_[timed_];
    const bool was_closing = connection.client_->closing_reason().has_value();
    connection.on_timer();
    if (!was_closing && connection.client_->closing_reason()) ++ends;
  }
  timed_ = 0;
  resumable_.parking().on_timer();
  return true;
}

void ConnectionSet::dismiss(Connection& connection) {
  const std::chrono::milliseconds retry_after{
      std::uniform_int_distribution<int>{kRetryAfterLeastMs, kRetryAfterMostMs}(jitter_)};
  connection.client().say_goodbye(*goodbye_, retry_after);
  connection.client().close(wire::close_reason::kGoingAway);
}

void ConnectionSet::begin_goodbyes(const DrainPlan& plan) {
  goodbye_ = plan.reason;
  resumable_.parking().close_all(wire::close_reason::kGoingAway);
  goodbyes_left_ = connections_.size();
  const base::MonoTime now = clock().mono_now();
  goodbyes_end_ = now + plan.limit;
  using Seconds = std::chrono::duration<double>;
  const auto count = static_cast<double>(connections_.size());
  Seconds over = plan.over;
  if (plan.per_second > 0) over = std::min(over, Seconds{count / plan.per_second});
  // One in each part of the time, anywhere in it: even as a whole, and no two servers in step.
  std::uniform_real_distribution<double> place{0, 1};
  goodbyes_due_.clear();
  for (std::size_t i = connections_.size(); i > 0; --i) {
    const Seconds after = over * ((static_cast<double>(i - 1) + place(jitter_)) / count);
    goodbyes_due_.push_back(now + std::chrono::duration_cast<base::MonoTime::duration>(after));
  }
}

std::optional<base::MonoTime> ConnectionSet::say_due_goodbyes() {
  const base::MonoTime now = clock().mono_now();
  while (!goodbyes_due_.empty() && goodbyes_due_.back() <= now) {
    goodbyes_due_.pop_back();
    // From the back: what reap() moves comes from there, so that nobody is left out.
    goodbyes_left_ = std::min(goodbyes_left_, connections_.size());
    while (goodbyes_left_ > 0) {
      Connection& connection = *connections_[--goodbyes_left_];
      if (connection.client().closing_reason()) continue;
      dismiss(connection);
      break;
    }
  }
  if (goodbyes_due_.empty()) return std::nullopt;
  return goodbyes_due_.back();
}

base::MonoTime ConnectionSet::give_up_at() const noexcept {
  const base::MonoTime usual = clock().mono_now() + settings_.close_timeout;
  return goodbye_ ? std::max(usual, goodbyes_end_) : usual;
}

void ConnectionSet::cut_all(const wire::CloseReason& reason) {
  for (const auto& connection : connections_) connection->cut(reason);
  resumable_.parking().close_all(reason);
}

void ConnectionSet::close_if(const std::function<bool(const auth::Principal&)>& is_refused) {
  for (const auto& connection : connections_) {
    session::Client& client = connection->client();
    if (client.state() == session::ClientState::Open && is_refused(client.principal())) {
      client.close(wire::close_reason::kUnauthorized);
    }
  }
  resumable_.parking().close_if(is_refused);
}

std::map<std::string_view, std::size_t> ConnectionSet::open_by_kind() const {
  std::map<std::string_view, std::size_t> out;
  for (const auto& connection : connections_) {
    if (connection->stage_ != Connection::Stage::Ended) {
      ++out[session::client_kind_name(connection->client_->kind())];
    }
  }
  return out;
}

bool ConnectionSet::is_open_of(const Connection& connection, std::string_view user) noexcept {
  return connection.stage_ != Connection::Stage::Ended &&
         (user.empty() || connection.client_->principal().user_id == user);
}

std::vector<ConnectionReport> ConnectionSet::reports(std::string_view user) const {
  std::vector<ConnectionReport> out;
  for (const auto& connection : connections_) {
    if (is_open_of(*connection, user)) out.push_back(connection->report());
  }
  return out;
}

std::vector<UserReport> ConnectionSet::users(std::string_view user) const {
  std::map<std::string_view, UserReport> found;
  for (const auto& connection : connections_) {
    if (!is_open_of(*connection, user)) continue;
    const auth::Principal& principal = connection->client_->principal();
    UserReport& report = found[principal.user_id];
    ++report.connections;
    if (report.connections > 1 && connection->client_->since() <= report.newest) continue;
    report.newest = connection->client_->since();
    report.tier = principal.tier;
  }
  std::vector<UserReport> out;
  out.reserve(found.size());
  for (auto& [name, report] : found) {
    report.user = name;
    out.push_back(std::move(report));
  }
  return out;
}

Connection* ConnectionSet::connection(std::string_view id) const noexcept {
  const auto found = std::find_if(connections_.begin(), connections_.end(), [id](const auto& candidate) {
    return candidate->stage_ != Connection::Stage::Ended && candidate->client_->id() == id;
  });
  return found != connections_.end() ? found->get() : nullptr;
}

std::optional<ConnectionReport> ConnectionSet::report(std::string_view id) const {
  const Connection* found = connection(id);
  return found != nullptr ? std::optional{found->report()} : std::nullopt;
}

session::Client* ConnectionSet::find(std::string_view id) noexcept {
  Connection* found = connection(id);
  return found != nullptr ? &found->client() : resumable_.parking().find(id);
}

std::vector<ClosedConnection> ConnectionSet::closed() const {
  std::vector<ClosedConnection> out;
  out.reserve(closed_.size());
  for (std::size_t i = 0; i < closed_.size(); ++i) {
    out.push_back(closed_[(oldest_closed_ + closed_.size() - 1 - i) % closed_.size()]);
  }
  return out;
}

}  // namespace subd::server
