#include "store/store.hpp"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <thread>

#include "sample_bars.hpp"
#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

using market::Timeframe;
using std::chrono::seconds;
using test::kStart;

const StreamKey kKey{"market", "BTC", Timeframe::S1};

class StoreTest : public testing::Test {
 protected:
  void open(std::size_t max_queued_bars = 1000) {
    store.emplace(
        Settings{file, "market", test::sample_instruments(), {}, max_queued_bars, &market::builtin_calendars()}, clock);
    store->start();
  }
  void record(int first, std::size_t count) {
    store->record(test::closed(test::bars_from(kStart + seconds{first}, count, Timeframe::S1), Timeframe::S1, kStart));
  }
  /// What `question` answers on the store thread.
  template <class Question>
  auto ask(Question question) {
    std::promise<std::invoke_result_t<Question, Database*>> promise;
    auto answer = promise.get_future();
    store->post([&](Database* database) { promise.set_value(question(database)); });
    return answer.get();
  }
  std::size_t stored() {
    return ask([](Database* database) { return database ? *BarStore{*database}.count(kKey, {}) : 0; });
  }
  void execute(const std::string& sql) {
    ASSERT_TRUE(ask([&](Database* database) {
      return database->write(Durability::Process, [&](SQLite::Database& c) { c.exec(sql); }).has_value();
    }));
  }

  subd::test::FakeClock clock;
  subd::test::TemporaryDirectory directory;
  const std::string file = directory.file("subd.db");
  std::optional<Store> store;
};

TEST_F(StoreTest, ATaskSeesEveryBarThatWasRecordedBeforeIt) {
  open();
  for (int i = 0; i < 20; ++i) {
    record(i * 5, 5);
    EXPECT_EQ(stored(), static_cast<std::size_t>(i + 1) * 5);
  }
  EXPECT_EQ(store->counters().written, 100u);
  EXPECT_EQ(store->counters().queued, 0u);
}

TEST_F(StoreTest, BarsAreWrittenWithoutBeingAskedFor) {
  open();
  record(0, 3);
  const auto deadline = std::chrono::steady_clock::now() + seconds{30};
  while (store->counters().written < 3 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(store->counters().written, 3u);
}

TEST_F(StoreTest, StoppingWritesWhatIsRecorded) {
  open();
  record(0, 7);
  store.reset();
  open();
  EXPECT_EQ(stored(), 7u);
}

TEST_F(StoreTest, ANewerSchemaKeepsTheDaemonFromStarting) {
  open();
  execute("UPDATE schema_version SET version = 999");
  store.reset();
  EXPECT_THROW(open(), std::runtime_error);
}

TEST_F(StoreTest, AFileThatIsNoDatabaseIsLeftAloneAndEverythingElseGoesOn) {
  const std::string content(8192, 'x');
  std::ofstream{file} << content;
  open();
  record(0, 5);
  EXPECT_TRUE(ask([](Database* database) { return database == nullptr; }));
  EXPECT_EQ(store->condition(), Condition::Corrupt);
  EXPECT_EQ(store->counters().dropped, 5u);
  EXPECT_EQ(store->counters().queued, 0u);
  store.reset();
  std::ifstream in{file};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>{in}, {}), content);
}

TEST_F(StoreTest, ADamagedPageIsFoundWhenTheThreadStarts) {
  open(10'000);
  record(0, 5000);
  EXPECT_EQ(stored(), 5000u);
  store.reset();
  std::fstream damaged{file, std::ios::in | std::ios::out | std::ios::binary};
  damaged.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 2 / 4096 * 4096));
  damaged << std::string(4096, '\xff');
  damaged.close();
  open();
  EXPECT_TRUE(ask([](Database* database) { return database == nullptr; }));
  EXPECT_EQ(store->condition(), Condition::Corrupt);
}

TEST_F(StoreTest, WhatCannotBeWrittenWaitsAndIsWrittenLater) {
  open();
  execute("ALTER TABLE bars RENAME TO hidden");
  record(0, 5);
  ask([](Database*) { return 0; });
  EXPECT_EQ(store->condition(), Condition::Failed);
  EXPECT_EQ(store->counters().queued, 5u);
  execute("ALTER TABLE hidden RENAME TO bars");
  record(5, 5);
  clock.advance(seconds{2});
  EXPECT_EQ(stored(), 10u);
  EXPECT_EQ(store->condition(), Condition::Working);
  EXPECT_EQ(store->counters().queued, 0u);
}

TEST_F(StoreTest, WhileNothingCanBeWrittenMemoryIsBoundedAndTheLossIsAGap) {
  open(20);
  record(0, 5);
  EXPECT_EQ(stored(), 5u);
  execute("ALTER TABLE bars RENAME TO hidden");
  for (int i = 5; i < 200; ++i) record(i, 1);
  clock.advance(seconds{2});
  ask([](Database*) { return 0; });
  for (int i = 200; i < 400; ++i) record(i, 1);
  EXPECT_LE(store->counters().queued, 40u);
  EXPECT_GE(store->counters().dropped, 355u);
  execute("ALTER TABLE hidden RENAME TO bars");
  clock.advance(seconds{2});
  EXPECT_EQ(stored() + store->counters().dropped, 400u);
  const auto gaps = ask([](Database* database) { return *BarStore{*database}.gaps(kKey); });
  std::int64_t missing = 0;
  for (const Gap& gap : gaps) missing += std::chrono::duration_cast<seconds>(gap.to - gap.from).count();
  EXPECT_EQ(static_cast<std::uint64_t>(missing), store->counters().dropped);
}

TEST_F(StoreTest, ADirectoryThatIsNotThereYetIsTriedAgain) {
  const std::filesystem::path later = directory.path() + "/later";
  store.emplace(
      Settings{later / "subd.db", "market", test::sample_instruments(), {}, 1000, &market::builtin_calendars()}, clock);
  EXPECT_EQ(store->condition(), Condition::Failed);
  store->start();
  record(0, 5);
  std::filesystem::create_directory(later);
  clock.advance(seconds{2});
  EXPECT_EQ(stored(), 5u);
  EXPECT_EQ(store->condition(), Condition::Working);
}

TEST_F(StoreTest, AFullDiskIsAConditionThatPasses) {
  open(100'000);
  ask([](Database* database) {
    return database->read([](SQLite::Database& c) { c.exec("PRAGMA max_page_count=20"); }).has_value();
  });
  record(0, 900);
  for (int i = 1; i < 10; ++i) record(i * 900, 900);
  ask([](Database*) { return 0; });
  EXPECT_EQ(store->condition(), Condition::Full);
  ask([](Database* database) {
    return database->read([](SQLite::Database& c) { c.exec("PRAGMA max_page_count=100000"); }).has_value();
  });
  clock.advance(seconds{2});
  stored();
  EXPECT_EQ(store->condition(), Condition::Working);
}

}  // namespace
}  // namespace subd::store
