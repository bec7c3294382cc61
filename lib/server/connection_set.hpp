#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/principal.hpp"
#include "server/arrival.hpp"
#include "server/compression.hpp"
#include "server/connection.hpp"
#include "server/drain_plan.hpp"
#include "server/reports.hpp"
#include "server/resume_book.hpp"
#include "server/settings.hpp"
#include "ws/deflate.hpp"

namespace subd::server {

class ClientFactory;

/// The WebSockets of one io thread: owns them, writes them out together at the end of a loop turn, buries them.
///
/// Owner:      one io thread.
/// Invariants: a connection is destroyed in reap() alone, so that nobody holds a dead one within a turn.
class ConnectionSet {
 public:
  /// `turn_left` is how many events the thread handles before it writes; outlives the set.
  ConnectionSet(const Settings& settings, ClientFactory& clients, Counters& counters, int& turn_left);
  ~ConnectionSet();
  ConnectionSet(const ConnectionSet&) = delete;
  ConnectionSet& operator=(const ConnectionSet&) = delete;

  /// Takes over a stream whose 101 response is written, with the client that its resume token names, or a new one.
  void adopt(ByteStream stream, Arrival arrival);

  // The end of a turn.
  [[nodiscard]] bool has_dirty() const noexcept { return !dirty_.empty(); }
  /// Each dirty connection once. One that could write more in this turn is dirty again afterwards.
  void flush();
  /// Destroys what has ended.
  void reap();

  /// Looks at the timeouts of some connections, and goes on there the next time; false: there are more.
  [[nodiscard]] bool on_timer();
  /// From now on each client is told when to come back, at a time of its own, and closed: as the plan has it, those that
  /// are adopted later at once.
  void begin_goodbyes(const DrainPlan& plan);
  /// Says those goodbyes whose time has come; when the next one is due.
  [[nodiscard]] std::optional<base::MonoTime> say_due_goodbyes();
  void cut_all(const wire::CloseReason& reason);
  /// Closes those whose principal is no longer let in, with kUnauthorized, parked ones too; who has not said yet who it
  /// is stays.
  void close_if(const std::function<bool(const auth::Principal& principal)>& is_refused);
  [[nodiscard]] bool empty() const noexcept { return connections_.empty(); }
  [[nodiscard]] std::size_t open_count() const noexcept { return connections_.size() - ended_.size(); }

  // Inspection.
  /// Those that have not ended, by session::client_kind_name.
  [[nodiscard]] std::map<std::string_view, std::size_t> open_by_kind() const;
  /// Of one user; of everybody where `user` is empty.
  [[nodiscard]] std::vector<ConnectionReport> reports(std::string_view user) const;
  [[nodiscard]] std::vector<UserReport> users(std::string_view user) const;
  [[nodiscard]] std::optional<ConnectionReport> report(std::string_view id) const;
  /// Of permessage-deflate; zeros while nobody uses it.
  [[nodiscard]] CompressionCounters compression_counters() const noexcept {
    return compression_ ? compression_->counters() : CompressionCounters{};
  }
  /// Also a parked one.
  [[nodiscard]] session::Client* find(std::string_view id) noexcept;
  [[nodiscard]] const session::Parking& parking() const noexcept { return resumable_.parking(); }
  /// The last ones that ended, newest first.
  [[nodiscard]] std::vector<ClosedConnection> closed() const;

  // For Connection.
  /// When an orderly end that begins now is no longer waited for, with messages that are still to be sent.
  [[nodiscard]] base::MonoTime give_up_at() const noexcept;
  void mark_dirty(Connection& connection) noexcept;
  /// Input is decoded for as long as other events take: it costs the turn as much.
  void spend_on_input(std::size_t bytes) noexcept { turn_left_ -= static_cast<int>(bytes / kBytesPerEvent); }
  void ended(Connection& connection);
  /// The connection is lost: if its client may come back, it waits for that. Changes nothing else.
  void park(Connection& connection, const wire::CloseReason& reason);
  [[nodiscard]] std::string& scratch() noexcept { return scratch_; }
  [[nodiscard]] std::span<char> read_buffer() noexcept { return read_buffer_; }
  [[nodiscard]] Compression& compression();
  [[nodiscard]] ws::Inflater& inflater();
  /// What the inflater makes.
  [[nodiscard]] std::string& inflated() noexcept { return inflated_; }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const base::Clock& clock() const noexcept;
  [[nodiscard]] ClientFactory& clients() noexcept { return clients_; }
  [[nodiscard]] Counters& counters() noexcept { return counters_; }

 private:
  static constexpr std::size_t kBytesPerEvent = 1024;

  [[nodiscard]] Connection* connection(std::string_view id) const noexcept;
  /// Whether it has not ended and is of that user, or of anybody where `user` is empty.
  [[nodiscard]] static bool is_open_of(const Connection& connection, std::string_view user) noexcept;
  void dismiss(Connection& connection);

  const Settings& settings_;
  ClientFactory& clients_;
  Counters& counters_;
  int& turn_left_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::size_t timed_ = 0;  ///< connections_ before it were looked at in this round of on_timer()
  std::vector<Connection*> ended_;
  std::vector<Connection*> dirty_;        ///< each at most once
  std::vector<Connection*> flushed_;      ///< empty but within flush(); keeps its room
  std::vector<ClosedConnection> closed_;  ///< a ring once it is full
  std::size_t oldest_closed_ = 0;
  ResumeBook resumable_;
  std::optional<std::string> goodbye_;        ///< why; while the clients are sent away
  std::vector<base::MonoTime> goodbyes_due_;  ///< the next one last
  std::size_t goodbyes_left_ = 0;             ///< connections_ from there on have heard theirs
  base::MonoTime goodbyes_end_{};             ///< what is left then is cut
  std::minstd_rand jitter_;
  std::string scratch_;
  std::vector<char> read_buffer_;
  std::optional<Compression> compression_;  ///< from the first connection that agreed on it
  std::optional<ws::Inflater> inflater_;    ///< likewise
  std::string inflated_;
};

}  // namespace subd::server
