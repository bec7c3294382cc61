#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "probe/findings.hpp"
#include "probe/tab_identity.hpp"

namespace subd::probe {

/// What `connected` says of a connection.
struct Introduction {
  std::string_view connection_id;
  std::string_view user_id;
  std::string_view session_id;
};

/// The connections of a run, each with an id that no other one has: judges identity.connection.
///
/// Threads: one owner. Pure.
class ConnectionIds {
 public:
  /// The server introduced itself to `tab`. `own` is the tab's connection id, empty until then, and is set.
  void introduced(const TabIdentity& tab, std::string& own, const Introduction& said, std::string_view text,
                  Findings& findings);

  /// A reply to `tab` names the connection `named`; empty: it names none.
  static void replied(const TabIdentity& tab, std::string_view own, std::string_view named, std::string_view text,
                      Findings& findings);

 private:
  std::unordered_map<std::string, std::string> owners_;  // tab names
};

}  // namespace subd::probe
