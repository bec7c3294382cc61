#include "daemon/api_key_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "daemon/gather.hpp"
#include "daemon/store_question.hpp"

namespace subd::daemon {
namespace {

using control::Reply;

constexpr std::size_t kIdBytes = 6;

std::string id_of(const store::ApiKey& key) {
  std::string out;
  for (std::size_t i = 0; i < kIdBytes; ++i) out += fmt::format("{:02x}", key.hash[i]);
  return out;
}

control::ApiKeyReport report_of(const store::ApiKey& key) {
  return {id_of(key), key.user, key.role, key.name, key.created};
}

/// What goes into logs and reports has no control characters, see auth::Principal.
bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::vector<store::ApiKey> load_api_keys(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  auto database = store::Database::open(file);
  auto keys =
      database ? store::ApiKeyStore{*database}.all() : store::Result<std::vector<store::ApiKey>>{database.error()};
  if (keys) return std::move(*keys);
  base::log::warn("daemon", "API keys cannot be read", {{"reason", keys.error().message}});
  return {};
}

ApiKeyCommands::ApiKeyCommands(Service& service, std::vector<store::ApiKey> stored)
    : service_{service}, keys_{std::move(stored)} {}

std::shared_ptr<const auth::ApiKeySet> ApiKeyCommands::current() const {
  std::vector<auth::ApiKeyHolder> holders;
  for (const store::ApiKey& key : keys_) {
    // A role that only a newer subd knows opens nothing here.
    if (const auto role = auth::parse_role(key.role))
      holders.push_back({{key.hash, key.salt, key.hint}, key.user, *role});
  }
  return std::make_shared<const auth::ApiKeySet>(std::move(holders));
}

void ApiKeyCommands::hand_out() {
  for (const auto& io : service_.io_threads) {
    io->post([&thread = *io, keys = current()] { thread.set_api_keys(keys); });
  }
}

Reply<void> ApiKeyCommands::put_in_force() {
  for (const auto& io : service_.io_threads) {
    const auto done = ask([&](auto task) { io->post(std::move(task)); },
                          [&thread = *io, keys = current()] {
                            thread.set_api_keys(keys);
                            return true;
                          });
    if (!done) return control::owner_timeout();
  }
  return {};
}

Reply<std::vector<control::ApiKeyReport>> ApiKeyCommands::list() const {
  std::vector<control::ApiKeyReport> out;
  for (const store::ApiKey& key : keys_) out.push_back(report_of(key));
  return out;
}

Reply<control::NewApiKey> ApiKeyCommands::add(const control::ApiKeyRequest& request) {
  if (!auth::parse_role(request.role)) {
    return control::bad_request(
        fmt::format("field role: there is no role {}; allowed: {}", request.role, auth::role_list()));
  }
  for (const auto& [field, text] : {std::pair{"user", &request.user}, std::pair{"name", &request.name}}) {
    if (!is_plain(*text)) return control::bad_request(fmt::format("field {}: must not hold control characters", field));
  }
  const std::string secret = auth::new_api_key();
  auth::ApiKeyDigest digest = auth::api_key_digest(secret);
  const store::ApiKey key{digest.hash,  std::move(digest.salt), std::move(digest.hint),  request.user,
                          request.role, request.name,           service_.clock.utc_now()};
  const auto stored =
      ask_store(service_, [key](store::Database& database) { return store::ApiKeyStore{database}.add(key); });
  if (!stored) return stored.error();
  keys_.push_back(key);
  base::log::info("control", "API key added", {{"id", id_of(key)}, {"user", key.user}, {"role", key.role}});
  if (const auto done = put_in_force(); !done) return done.error();
  return control::NewApiKey{secret, report_of(key)};
}

Reply<control::ApiKeyReport> ApiKeyCommands::remove(const std::string& id) {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) { return id_of(key) == id; });
  if (found == keys_.end()) {
    return control::not_found("no_such_key", fmt::format("no API key {}; subctl apikey ls lists them", id));
  }
  const store::ApiKey key = *found;
  const auto stored = ask_store(
      service_, [hash = key.hash](store::Database& database) { return store::ApiKeyStore{database}.remove(hash); });
  if (!stored) return stored.error();
  keys_.erase(found);
  base::log::info("control", "API key removed", {{"id", id}, {"user", key.user}, {"role", key.role}});
  if (const auto done = put_in_force(); !done) return done.error();
  return report_of(key);
}

}  // namespace subd::daemon
