#include "store/database.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <string>
#include <string_view>

#include "store/migrations.hpp"

namespace subd::store {
namespace {

/// Another process (a backup, an operator's sqlite3) may hold a lock for a moment.
constexpr int kBusyTimeoutMs = 2000;

/// A page is written to the log with every batch that touches it and to the file with every checkpoint, so rare
/// checkpoints write less. The log is cut back to this size afterwards.
constexpr std::string_view kSetUp =
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA wal_autocheckpoint=8192;"
    "PRAGMA journal_size_limit=33554432;";

StoreError error_of(const SQLite::Exception& exception, std::string_view file) {
  StoreError::Kind kind = StoreError::Kind::Failed;
  switch (exception.getErrorCode()) {
    case SQLITE_FULL:
      kind = StoreError::Kind::Full;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      kind = StoreError::Kind::Corrupt;
      break;
    default:
      break;
  }
  return {kind, fmt::format("{}: {}", file, exception.what())};
}

/// 0 for a file that has no schema yet.
std::size_t schema_version(SQLite::Database& connection) {
  if (!connection.tableExists("schema_version")) return 0;
  SQLite::Statement row{connection, "SELECT version FROM schema_version"};
  return row.executeStep() ? static_cast<std::size_t>(row.getColumn(0).getInt64()) : 0;
}

void migrate(SQLite::Database& connection, std::size_t version) {
  const auto steps = migrations();
  if (version == steps.size()) return;
  SQLite::Transaction transaction{connection, SQLite::TransactionBehavior::IMMEDIATE};
  if (version == 0) {
    connection.exec(
        "CREATE TABLE IF NOT EXISTS schema_version(version INTEGER NOT NULL) STRICT;"
        "DELETE FROM schema_version;"
        "INSERT INTO schema_version VALUES(0);");
  }
  for (std::size_t i = version; i < steps.size(); ++i) connection.exec(std::string{steps[i]});
  connection.exec(fmt::format("UPDATE schema_version SET version={}", steps.size()));
  transaction.commit();
}

}  // namespace

Database::Database(std::unique_ptr<SQLite::Database> connection) noexcept : connection_{std::move(connection)} {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Result<Database> Database::open(const std::filesystem::path& file) {
  try {
    auto connection = std::make_unique<SQLite::Database>(
        file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
    const std::size_t version = schema_version(*connection);
    if (version > migrations().size()) {
      return StoreError{StoreError::Kind::Newer,
                        fmt::format("{} has schema version {}, but this subd knows versions up to {}: a newer subd "
                                    "wrote it; run that one, or move the file away",
                                    file.string(), version, migrations().size())};
    }
    connection->exec(std::string{kSetUp});
    migrate(*connection, version);
    return Database{std::move(connection)};
  } catch (const SQLite::Exception& exception) {
    return error_of(exception, file.string());
  }
}

std::optional<StoreError> Database::check() {
  const auto verdict = read([](SQLite::Database& connection) {
    SQLite::Statement row{connection, "PRAGMA quick_check(1)"};
    return row.executeStep() ? row.getColumn(0).getString() : std::string{"no answer"};
  });
  if (!verdict) return verdict.error();
  if (*verdict == "ok") return std::nullopt;
  return StoreError{StoreError::Kind::Corrupt, fmt::format("{}: {}", connection_->getFilename(), *verdict)};
}

std::optional<StoreError> Database::attempt(const Step& step) {
  try {
    step(*connection_);
    return std::nullopt;
  } catch (const SQLite::Exception& exception) {
    return error_of(exception, connection_->getFilename());
  }
}

std::optional<StoreError> Database::transact(Durability durability, const Step& step) {
  return attempt([&](SQLite::Database& connection) {
    // Per transaction: the pragma has no effect inside of one.
    connection.exec(durability == Durability::Device ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    SQLite::Transaction transaction{connection, SQLite::TransactionBehavior::IMMEDIATE};
    step(connection);
    transaction.commit();
  });
}

}  // namespace subd::store
