#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "store/store_error.hpp"

namespace SQLite {
class Database;
}

namespace subd::store {

/// How long a committed transaction is sure to last.
enum class Durability : std::uint8_t {
  Process,  ///< survives the end of the process, however it ends; not a loss of power
  Device,   ///< survives a loss of power too; waits for the device
};

/// The connection to the database of the state directory.
///
/// Owner:      whoever opened it; one thread at a time. In the daemon the store thread.
/// Invariants: the schema is today's; foreign keys hold; WAL, so that a reader of another process disturbs nobody.
/// Promise:    what write() acknowledged survives `kill -9`; a transaction that was not acknowledged is there as a
///             whole or not at all. The write-ahead log makes both true without waiting for the device: a commit is in
///             the kernel's hands when it returns. Only Durability::Device waits further, for what a person asked for.
/// Errors:     no member throws but bad_alloc; all that SQLite has to say comes as a StoreError.
class Database {
 public:
  /// Opens or creates `file` and brings its schema up to date. A file of a newer schema is refused and left alone.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& file);

  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  /// Reads every page and checks that the structure is sound (PRAGMA quick_check): Corrupt when it is not.
  [[nodiscard]] std::optional<StoreError> check();

  /// Runs `body(connection)` as one transaction and commits it; nothing happened when there is an error or when the
  /// body throws.
  template <class Body>
  auto write(Durability durability, Body&& body) {
    return answer(std::forward<Body>(body),
                  [this, durability](const Step& step) { return transact(durability, step); });
  }

  /// Runs `body(connection)`, which only reads, and returns what it returns.
  template <class Body>
  auto read(Body&& body) {
    return answer(std::forward<Body>(body), [this](const Step& step) { return attempt(step); });
  }

 private:
  using Step = std::function<void(SQLite::Database&)>;

  explicit Database(std::unique_ptr<SQLite::Database> connection) noexcept;

  [[nodiscard]] std::optional<StoreError> attempt(const Step& step);
  [[nodiscard]] std::optional<StoreError> transact(Durability durability, const Step& step);

  template <class Body, class Run>
  auto answer(Body&& body, Run run) {
    using T = std::invoke_result_t<Body, SQLite::Database&>;
    if constexpr (std::is_void_v<T>) {
      std::optional<StoreError> error = run(std::ref(body));
      return error ? Result<void>{std::move(*error)} : Result<void>{};
    } else {
      std::optional<T> value;
      std::optional<StoreError> error = run([&](SQLite::Database& connection) { value.emplace(body(connection)); });
      return error ? Result<T>{std::move(*error)} : Result<T>{std::move(*value)};
    }
  }

  std::unique_ptr<SQLite::Database> connection_;
};

}  // namespace subd::store
