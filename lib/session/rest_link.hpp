#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "wire/error.hpp"

/// What goes in and out of REST sessions.
namespace subd::session {

/// Which session: a user's, by an id that the client chose. Two users never share one, whatever their ids.
struct RestKey {
  std::string user;
  std::string id;

  /// `rest_alice@example.com_tab1`: for people. Not unique, as names may hold what separates them.
  [[nodiscard]] std::string name() const { return "rest_" + user + "_" + id; }
  // NOLINTNEXTLINE(modernize-use-nullptr): the comparison with 0 in it is the compiler's own
  friend auto operator<=>(const RestKey&, const RestKey&) = default;
};

struct RestRequest {
  enum class Action : std::uint8_t { Subscribe, Unsubscribe, Read };

  RestKey key;
  Action action = Action::Read;
  std::string body{};  ///< of Subscribe and Unsubscribe, as it came
  std::string symbol{};
  std::string timeframe{};
  std::uint32_t history = 0;  ///< of Read: closed bars
};

/// Why a request is refused, in terms of HTTP.
struct RestError {
  unsigned status = 500;
  std::string_view code;  ///< a literal
  std::string message;
  std::string detail{};         ///< a JSON object for programs; may be empty
  int retry_after_seconds = 0;  ///< of 429 and 503
};

[[nodiscard]] RestError rest_error(const wire::Error& error);
/// The session does not have that stream, or there is no such session.
[[nodiscard]] RestError no_subscription();

/// Takes a JSON text or the refusal, once.
using RestDone = std::function<void(base::Result<std::string, RestError>)>;

/// One stream of a session.
struct RestStream {
  std::string symbol;
  std::string timeframe;
  std::vector<std::string> indicators;  ///< canonical ids
  friend bool operator==(const RestStream&, const RestStream&) = default;
};

/// A session as it is kept for the next start.
struct RestRecord {
  RestKey key;
  base::UtcTime used{};             ///< the last time
  std::vector<RestStream> streams;  ///< none: there is no such session any more
};

/// What keeps sessions.
///
/// Threads: the io thread; `done` is called there too, later: when the record is committed, or when it cannot be.
class RestLedger {
 public:
  virtual ~RestLedger() = default;
  /// Takes the place of the record of that key. `done` may be empty.
  virtual void keep(RestRecord record, std::function<void()> done) = 0;
};

}  // namespace subd::session
