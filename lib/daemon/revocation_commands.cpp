#include "daemon/revocation_commands.hpp"

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

control::RevocationReport report_of(const store::RevokedTokens& revoked) {
  return {revoked.kind, revoked.value, revoked.at};
}

}  // namespace

std::vector<store::RevokedTokens> load_revocations(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  using Stored = store::Result<std::vector<store::RevokedTokens>>;
  auto database = store::Database::open(file);
  auto all = database ? store::RevocationStore{*database}.all() : Stored{database.error()};
  if (all) return std::move(*all);
  base::log::error("daemon", "revoked tokens cannot be read and are accepted", {{"reason", all.error().message}});
  return {};
}

RevocationCommands::RevocationCommands(Service& service, std::vector<store::RevokedTokens> stored)
    : service_{service}, stored_{std::move(stored)} {
  renew();
}

void RevocationCommands::renew() {
  std::vector<auth::Revocation> revocations;
  for (const store::RevokedTokens& one : stored_) {
    if (const auto by = auth::parse_revoked_by(one.kind)) revocations.push_back({*by, one.value, one.at});
  }
  current_ = std::make_shared<const auth::RevocationSet>(revocations);
}

void RevocationCommands::hand_out() {
  for (const auto& io : service_.io_threads) {
    io->post([&thread = *io, revoked = current_] { thread.set_revoked(revoked); });
  }
}

Reply<std::vector<control::RevocationReport>> RevocationCommands::list() const {
  std::vector<control::RevocationReport> out;
  for (const store::RevokedTokens& one : stored_) out.push_back(report_of(one));
  return out;
}

Reply<control::RevocationReport> RevocationCommands::revoke(const control::RevocationRequest& request) {
  const store::RevokedTokens revoked{request.by, request.value, service_.clock.utc_now()};
  const auto written = ask_store(
      service_, [revoked](store::Database& database) { return store::RevocationStore{database}.put(revoked); });
  if (!written) return written.error();
  std::erase_if(stored_, [&](const auto& one) { return one.kind == revoked.kind && one.value == revoked.value; });
  stored_.push_back(revoked);
  renew();
  base::log::info("control", "tokens revoked", {{"by", revoked.kind}, {"value", revoked.value}});
  for (const auto& io : service_.io_threads) {
    const auto done = ask([&](auto task) { io->post(std::move(task)); },
                          [&thread = *io, current = current_] {
                            thread.set_revoked(current);
                            return true;
                          });
    if (!done) return control::owner_timeout();
  }
  return report_of(revoked);
}

}  // namespace subd::daemon
