#pragma once

#include <toml++/toml.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.hpp"
#include "probe/scenario.hpp"

/// Reading the values of a scenario file; private to this module.
namespace subd::probe {

/// Carries a finished message to parse_scenario and no further.
struct Mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Values of the kind that is wanted. Everything throws a Mistake, `file:line:column: ` and what is wrong, for others.
class TomlReader {
 public:
  TomlReader(const std::string& file, const Variables& variables) : file_{file}, variables_{variables} {}

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[noreturn]] void fail(const toml::node& where, const std::string& what) const;

  void check_keys(const toml::table& table, std::span<const std::string_view> allowed) const;
  /// With what its `${NAME}` stand for.
  [[nodiscard]] std::string string(const toml::node& node, std::string_view key) const;
  [[nodiscard]] std::string text(const toml::table& table, std::string_view key, std::string otherwise) const;
  [[nodiscard]] std::string required_text(const toml::table& table, std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(const toml::node& node, std::string_view key) const;
  [[nodiscard]] std::chrono::milliseconds duration(const toml::node& node, std::string_view key) const;
  [[nodiscard]] std::int64_t integer(const toml::node& node, std::string_view key, std::int64_t least,
                                     std::int64_t most) const;
  /// The fields that `node`, the value of `verb`, demands. At least one.
  [[nodiscard]] Match fields(const toml::node& node, std::string_view verb) const;

  /// Calls `visit` with each table of the list `key`, of which there is one at least.
  template <class Visit>
  void for_each_table(const toml::table& root, std::string_view key, Visit visit) const {
    const toml::array& list = tables(root, key);
    for (const toml::node& entry : list) visit(*entry.as_table());
  }

 private:
  [[nodiscard]] const toml::array& tables(const toml::table& root, std::string_view key) const;
  [[nodiscard]] std::string expanded(const toml::node& node, std::string_view text) const;
  void add_fields(Match& match, const std::string& prefix, const toml::table& table) const;

  const std::string& file_;
  const Variables& variables_;
};

}  // namespace subd::probe
