#include "store/migrations.hpp"

#include <array>

namespace subd::store {
namespace {

// Times are milliseconds since 1970 in UTC, trading days are days since 1970 in the exchange's calendar.
// A bar of the past is one page away from its neighbours of the same stream: what is read is one stream's newest bars.
constexpr std::string_view kBarsAndInstruments = R"sql(
CREATE TABLE streams(
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  UNIQUE(source, symbol, timeframe)
) STRICT;

CREATE TABLE bars(
  stream INTEGER NOT NULL REFERENCES streams(id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  open REAL NOT NULL,
  high REAL NOT NULL,
  low REAL NOT NULL,
  close REAL NOT NULL,
  volume REAL NOT NULL,
  oi REAL,
  day INTEGER NOT NULL,
  PRIMARY KEY(stream, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE gaps(
  stream INTEGER NOT NULL REFERENCES streams(id) ON DELETE CASCADE,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL CHECK(to_ms > from_ms),
  PRIMARY KEY(stream, from_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE instruments(
  symbol TEXT PRIMARY KEY,
  token INTEGER NOT NULL,
  name TEXT NOT NULL,
  exchange TEXT NOT NULL,
  segment TEXT NOT NULL,
  type TEXT NOT NULL,
  underlying TEXT NOT NULL,
  strike REAL,
  expiry TEXT,
  lot_size REAL NOT NULL,
  tick_size REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE instrument_aliases(
  alias TEXT PRIMARY KEY,
  symbol TEXT NOT NULL REFERENCES instruments(symbol) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX instrument_aliases_by_symbol ON instrument_aliases(symbol);
)sql";

// When the instruments were imported; one row or none.
constexpr std::string_view kInstrumentImport = R"sql(
CREATE TABLE instrument_import(
  id INTEGER PRIMARY KEY CHECK(id=1),
  at INTEGER NOT NULL
) STRICT;
)sql";

// Keys of programs: what is stored cannot be presented.
constexpr std::string_view kApiKeys = R"sql(
CREATE TABLE api_keys(
  hash BLOB PRIMARY KEY CHECK(length(hash)=32),
  user TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// What was subscribed in an hour (ms since 1970); an empty indicator is the stream itself.
constexpr std::string_view kAnalytics = R"sql(
CREATE TABLE analytics(
  hour INTEGER NOT NULL,
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  indicator TEXT NOT NULL,
  subscribes INTEGER NOT NULL,
  peak INTEGER NOT NULL,
  PRIMARY KEY(hour, symbol, timeframe, indicator)
) STRICT, WITHOUT ROWID;
)sql";

// What clients without a connection take; `used` is the last time (ms since 1970), `indicators` are joined by commas.
constexpr std::string_view kRestSessions = R"sql(
CREATE TABLE rest_sessions(
  id INTEGER PRIMARY KEY,
  user TEXT NOT NULL,
  session TEXT NOT NULL,
  used INTEGER NOT NULL,
  UNIQUE(user, session)
) STRICT;

CREATE TABLE rest_streams(
  session INTEGER NOT NULL REFERENCES rest_sessions(id) ON DELETE CASCADE,
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  indicators TEXT NOT NULL,
  PRIMARY KEY(session, symbol, timeframe)
) STRICT;
)sql";

// A position is never given twice, whatever was deleted: it is where a client goes on.
constexpr std::string_view kUsersAndSignals = R"sql(
CREATE TABLE users(
  id TEXT PRIMARY KEY,
  tier TEXT NOT NULL,
  changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE signals(
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  premium INTEGER NOT NULL CHECK(premium IN (0, 1)),
  created INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  members TEXT NOT NULL
) STRICT;
CREATE INDEX signals_by_stored ON signals(stored);
)sql";

constexpr std::string_view kRevocations = R"sql(
CREATE TABLE revocations(
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(kind, value)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view kApiKeySalts = R"sql(
ALTER TABLE api_keys ADD COLUMN salt BLOB NOT NULL DEFAULT x'';
ALTER TABLE api_keys ADD COLUMN hint TEXT NOT NULL DEFAULT '';
)sql";

constexpr std::array kMigrations{kBarsAndInstruments, kInstrumentImport, kApiKeys,     kAnalytics,
                                 kRestSessions,       kUsersAndSignals,  kRevocations, kApiKeySalts};

}  // namespace

std::span<const std::string_view> migrations() noexcept {
  return kMigrations;
}

}  // namespace subd::store
