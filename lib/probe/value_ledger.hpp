#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probe/bar_ledger.hpp"
#include "probe/server_message.hpp"

namespace subd::probe {

/// What each of the last updates of one stream said, from whichever tab it came first; every further tab's copy is
/// held against it. Values are compared as JSON, so `1.0` and `1` agree.
///
/// Threads: one owner. Pure. Memory: kKept updates.
class ValueLedger {
 public:
  static constexpr std::size_t kKept = 256;

  struct Outcome {
    std::size_t compared = 0;   ///< values that another tab had reported before
    std::string difference;     ///< empty: none
    std::size_t other_tab = 0;  ///< who reported the other value
  };

  /// Compares and learns. An update older than those kept is not compared.
  [[nodiscard]] Outcome compare(Position at, const ServerMessage& update, std::size_t tab);

 private:
  struct Value {
    std::string name;
    std::string text;
    std::size_t tab = 0;
  };
  struct Record {
    Position at;
    std::vector<Value> values;
  };

  std::deque<Record> records_;  // ascending positions
};

}  // namespace subd::probe
