#include "probe/connection_ids.hpp"

#include <utility>

namespace subd::probe {

namespace {

constexpr std::size_t kConnectionIdBytes = 15;  // `ws_` and 12 hex digits

bool is_connection_id(std::string_view id) {
  return id.size() == kConnectionIdBytes && id.substr(0, 3) == "ws_" &&
         id.find_first_not_of("0123456789abcdef", 3) == std::string_view::npos;
}

}  // namespace

void ConnectionIds::introduced(const TabIdentity& tab, std::string& own, const Introduction& said,
                               std::string_view text, Findings& findings) {
  findings.checked(rule::kIdentity);
  const auto violated = [&](std::string what) { findings.violated(rule::kIdentity, tab.name, std::move(what), text); };
  if (!own.empty()) return violated("`connected` came twice");
  own = said.connection_id;
  if (!is_connection_id(own)) violated("the connection id is not ws_ and 12 hex digits");
  const auto [owner, is_new] = owners_.emplace(own, tab.name);
  if (!is_new) violated("connection id " + own + " belongs to tab " + owner->second);
  if (!tab.user.empty() && said.user_id != tab.user) {
    violated("the user is " + std::string{said.user_id} + ", the token says " + tab.user);
  }
  if (!tab.session.empty() && said.session_id != tab.session) {
    violated("the session is " + std::string{said.session_id} + ", the token says " + tab.session);
  }
}

void ConnectionIds::replied(const TabIdentity& tab, std::string_view own, std::string_view named, std::string_view text,
                            Findings& findings) {
  if (named.empty()) return;
  findings.checked(rule::kIdentity);
  if (named == own) return;
  findings.violated(rule::kIdentity, tab.name,
                    "a reply names connection " + std::string{named} + ", this tab is " + std::string{own}, text);
}

}  // namespace subd::probe
