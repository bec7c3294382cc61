#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/client.hpp"
#include "probe/borrowed_key.hpp"
#include "probe/compute_once.hpp"
#include "probe/endpoint.hpp"
#include "probe/isolation_run.hpp"
#include "probe/loop.hpp"
#include "probe/spawned_daemon.hpp"
#include "probe/token_source.hpp"

namespace CLI {
class App;
}

namespace subd::wsprobe {

/// The flags that say which server is meant and where tokens come from; the same for every verb.
struct TargetFlags {
  std::string url;          ///< --url
  std::string ca;           ///< --ca
  std::string control;      ///< --control
  std::string secret_file;  ///< --secret-file
  std::string token_file;   ///< --token-file
  std::string spawn;        ///< --spawn

  void add_to(CLI::App& app);
};

/// The server under test, found or started.
class Target {
 public:
  /// Throws Failure when there is no server or no way to a token.
  Target(const TargetFlags& flags, probe::Loop& loop);

  [[nodiscard]] const probe::Endpoint& endpoint() const noexcept { return endpoint_; }
  [[nodiscard]] probe::TokenSource& tokens() noexcept { return *tokens_; }
  /// Asks the control socket when there is one, else /metrics.
  [[nodiscard]] probe::ComputationSource computations();
  /// What the feed delivers, a thousand symbols at most, as the control socket tells it. Throws Failure when there is
  /// none to ask, or nothing is served.
  [[nodiscard]] std::vector<std::string> served_symbols();
  /// The way to the control socket, for what a run needs beside its tabs.
  [[nodiscard]] const probe::ControlDoor& control() const noexcept { return control_; }
  /// Of the server, when the control socket tells it.
  [[nodiscard]] std::optional<std::int64_t> pid() const noexcept { return pid_; }

 private:
  void trust_for(const TargetFlags& flags);
  void ask_status(bool url_needed);

  probe::Loop& loop_;
  std::optional<probe::SpawnedDaemon> daemon_;
  std::optional<control::Client> client_;
  bool has_control_ = false;
  std::string state_secret_;
  probe::ControlDoor control_;
  probe::Endpoint endpoint_;
  std::unique_ptr<probe::TokenSource> tokens_;
  std::optional<std::int64_t> pid_;
};

}  // namespace subd::wsprobe
