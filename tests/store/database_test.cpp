#include "store/database.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "store/migrations.hpp"
#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  Database open() {
    auto opened = Database::open(file);
    if (!opened) throw std::runtime_error{opened.error().message};
    return std::move(*opened);
  }
  static std::int64_t number(Database& database, const std::string& sql) {
    const auto value = database.read([&](SQLite::Database& c) { return c.execAndGet(sql).getInt64(); });
    return value ? *value : throw std::runtime_error{value.error().message};
  }

  test::TemporaryDirectory directory;
  const std::string file = directory.file("subd.db");
};

TEST_F(DatabaseTest, CreatesTheSchemaOfToday) {
  Database database = open();
  EXPECT_EQ(number(database, "SELECT version FROM schema_version"), static_cast<std::int64_t>(migrations().size()));
  for (const std::string table :
       {"streams", "bars", "gaps", "instruments", "instrument_aliases", "api_keys", "analytics"}) {
    EXPECT_EQ(number(database, "SELECT count(*) FROM " + table), 0) << table;
  }
  EXPECT_FALSE(database.check().has_value());
}

TEST_F(DatabaseTest, IsInWriteAheadMode) {
  Database database = open();
  const auto mode = database.read([](SQLite::Database& c) { return c.execAndGet("PRAGMA journal_mode").getString(); });
  ASSERT_TRUE(mode);
  EXPECT_EQ(*mode, "wal");
}

TEST_F(DatabaseTest, KeepsWhatWasWrittenWhenItIsOpenedAgain) {
  {
    Database database = open();
    ASSERT_TRUE(database.write(Durability::Device, [](SQLite::Database& c) {
      c.exec("INSERT INTO streams(source, symbol, timeframe) VALUES('replay:a', 'NIFTY50', '1min')");
    }));
  }
  Database database = open();
  EXPECT_EQ(number(database, "SELECT count(*) FROM streams"), 1);
}

TEST_F(DatabaseTest, ForeignKeysHold) {
  Database database = open();
  const auto written =
      database.write(Durability::Process, [](SQLite::Database& c) { c.exec("INSERT INTO gaps VALUES(7, 1, 2)"); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, StoreError::Kind::Failed);
}

TEST_F(DatabaseTest, AnErrorInATransactionUndoesAllOfIt) {
  Database database = open();
  const auto written = database.write(Durability::Process, [](SQLite::Database& c) {
    c.exec("INSERT INTO streams(source, symbol, timeframe) VALUES('a', 'b', 'c')");
    c.exec("INSERT INTO nowhere VALUES(1)");
  });
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("nowhere"), std::string::npos) << written.error().message;
  EXPECT_EQ(number(database, "SELECT count(*) FROM streams"), 0);
}

TEST_F(DatabaseTest, RefusesANewerSchemaAndLeavesTheFileAlone) {
  {
    Database database = open();
    ASSERT_TRUE(database.write(Durability::Process,
                               [](SQLite::Database& c) { c.exec("UPDATE schema_version SET version = 999"); }));
  }
  const auto refused = Database::open(file);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, StoreError::Kind::Newer);
  EXPECT_NE(refused.error().message.find("999"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find(file), std::string::npos) << refused.error().message;
}

TEST_F(DatabaseTest, BringsAFileOfAnEarlierVersionForward) {
  {
    SQLite::Database earlier{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    earlier.exec("CREATE TABLE schema_version(version INTEGER NOT NULL); INSERT INTO schema_version VALUES(0)");
  }
  Database database = open();
  EXPECT_EQ(number(database, "SELECT version FROM schema_version"), static_cast<std::int64_t>(migrations().size()));
  EXPECT_EQ(number(database, "SELECT count(*) FROM bars"), 0);
}

TEST_F(DatabaseTest, SaysThatAFileIsNoDatabase) {
  std::ofstream{file} << std::string(8192, 'x');
  const auto refused = Database::open(file);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, StoreError::Kind::Corrupt);
  EXPECT_EQ(std::filesystem::file_size(file), 8192u);
}

TEST_F(DatabaseTest, TheCheckFindsADamagedPage) {
  {
    Database database = open();
    ASSERT_TRUE(database.write(Durability::Device, [](SQLite::Database& c) {
      c.exec("INSERT INTO streams(id, source, symbol, timeframe) VALUES(1, 'a', 'b', 'c')");
      SQLite::Statement row{c, "INSERT INTO bars VALUES(1, ?, 1, 1, 1, 1, 1, NULL, 1)"};
      for (int i = 0; i < 5000; ++i) {
        row.bind(1, i);
        row.exec();
        row.reset();
      }
    }));
  }
  const auto size = std::filesystem::file_size(file);
  std::fstream damaged{file, std::ios::in | std::ios::out | std::ios::binary};
  damaged.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
  damaged << std::string(4096, '\xff');
  damaged.close();
  Database database = open();
  const auto error = database.check();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, StoreError::Kind::Corrupt);
}

TEST_F(DatabaseTest, NamesTheFileThatCannotBeOpened) {
  const auto refused = Database::open(directory.path() + "/missing/subd.db");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, StoreError::Kind::Failed);
  EXPECT_NE(refused.error().message.find("missing/subd.db"), std::string::npos);
}

}  // namespace
}  // namespace subd::store
