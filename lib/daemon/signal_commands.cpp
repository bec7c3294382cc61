#include "daemon/signal_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/store_question.hpp"
#include "store/signal_store.hpp"
#include "store/user_store.hpp"
#include "wire/signal_body.hpp"

namespace subd::daemon {
namespace {

using control::Reply;

/// What goes into logs and reports has no control characters, see auth::Principal.
bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

Reply<std::vector<control::UserReport>> SignalCommands::users() const {
  auto found = ask_store(service_, [](store::Database& database) { return store::UserStore{database}.all(); });
  if (!found) return found.error();
  std::vector<control::UserReport> out;
  for (store::User& user : *found) out.push_back({std::move(user.id), std::move(user.tier), user.changed});
  return out;
}

Reply<control::UserReport> SignalCommands::set_tier(const std::string& user, const std::string& tier) {
  const auto parsed = rules_.parse(tier);
  if (!parsed) {
    return control::bad_request(
        fmt::format("field tier: there is no tier {}; allowed: {} and their aliases", tier, auth::tier_list()));
  }
  if (user.empty() || !is_plain(user)) {
    return control::bad_request("the user must be named, without control characters");
  }
  const store::User changed{user, std::string{auth::tier_name(*parsed)}, service_.clock.utc_now()};
  const auto stored = ask_store(
      service_, [changed](store::Database& database) { return store::UserStore{database}.set_tier(changed); });
  if (!stored) return stored.error();
  signals_.tier_changed(user, *parsed);
  base::log::info("control", "tier set", {{"user", user}, {"tier", changed.tier}});
  return control::UserReport{changed.id, changed.tier, changed.changed};
}

Reply<std::vector<control::SignalReport>> SignalCommands::list(const control::SignalSearch& search) const {
  auto found =
      ask_store(service_, [search](store::Database& database) -> store::Result<std::vector<store::StoredSignal>> {
        store::SignalStore signals{database};
        if (search.since.empty()) return signals.newest(/*premium=*/true, search.limit);
        const auto position = signals.position_of(search.since);
        if (!position) return position.error();
        if (!*position) return std::vector<store::StoredSignal>{};
        return signals.after(**position, /*premium=*/true, search.limit);
      });
  if (!found) return found.error();
  std::vector<control::SignalReport> out;
  for (store::StoredSignal& signal : *found) {
    out.push_back(
        {std::move(signal.id), signal.premium, signal.created, wire::signal_message(signal.members, signal.created)});
  }
  return out;
}

}  // namespace subd::daemon
