#include "daemon/reloader.hpp"

#include <memory>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "daemon/descriptor_limit.hpp"
#include "daemon/settings.hpp"
#include "daemon/tls_identity.hpp"

namespace subd::daemon {
namespace {

namespace log = base::log;

control::ControlError refused(const config::Diagnostics& problems) {
  std::string all;
  for (const config::Diagnostic& problem : problems) {
    log::error("daemon", "not reloaded", {{"problem", problem.text()}});
    all += (all.empty() ? "" : "\n") + problem.text();
  }
  return {422, "bad_configuration", std::move(all)};
}

std::string joined(const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) out += (out.empty() ? "" : ",") + key;
  return out;
}

}  // namespace

Reloader::Reloader(Service& service, server::Admission& admission, Load load)
    : service_{service}, admission_{admission}, load_{std::move(load)}, running_{service.config} {}

control::Reply<control::ReloadReport> Reloader::reload() {
  const auto loaded = load_();
  if (!loaded) return refused(loaded.error());
  const config::Changes changes = config::changes(running_, *loaded);
  config::Config next = running_;
  config::adopt(changes.live, *loaded, next);
  // Whether or not it is named anew: what is renewed most often is what stands in the files.
  auto identity = load_identity(next, service_.clock.utc_now());
  if (!identity) return refused({identity.error()});

  running_ = std::move(next);
  apply(changes, *loaded);
  control::ReloadReport report;
  for (const config::Key* key : changes.live) report.applied.push_back(key->path());
  report.needs_restart = changes.needs_restart;
  if (*identity) {
    service_.identity = *identity;
    for (const auto& io : service_.io_threads) {
      io->post([&thread = *io, identity = *identity] { thread.set_identity(identity); });
    }
    report.tls = service_.tls_status();
  }
  log::info("daemon", "configuration reloaded",
            {{"applied", joined(report.applied)},
             {"needs_restart", joined(report.needs_restart)},
             {"certificate", report.tls ? report.tls->subject : std::string{}}});
  return report;
}

void Reloader::apply(const config::Changes& changes, const config::Config& loaded) {
  const server::Settings settings = server_settings(running_);
  const session::Limits limits = session_limits(running_, service_.io_threads.size());
  raise_descriptor_limit(running_.server);
  admission_.change(settings.admission);
  for (const auto& io : service_.io_threads) {
    io->post([&thread = *io, settings, limits] { thread.change(settings, limits); });
  }
  service_.drain_limit_ms.store(running_.server.drain_limit.count(), std::memory_order_relaxed);
  // An operator's level stays unless the configuration says something new.
  for (const config::Key* key : changes.live) {
    if (key->path() == "log.level") log::set_level(loaded.log.level);
  }
}

}  // namespace subd::daemon
