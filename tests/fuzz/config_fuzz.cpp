#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/keys.hpp"
#include "config/load.hpp"
#include "config/value.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

/// Bytes as a configuration file: a checked configuration that survives its own printing, or reasons.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace subd::config;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto loaded = load_text(text, "fuzz.toml", {});
  if (!loaded) {
    require(!loaded.error().empty() && loaded.error().size() <= 100);
    for (const Diagnostic& problem : loaded.error()) {
      require(!problem.message.empty());
      require(problem.value.size() <= 100);
    }
    return 0;
  }
  Config config = *loaded;
  require(config.server.heartbeat_timeout > config.server.heartbeat_interval);
  require(config.session.outbox_hard_bytes >= config.session.outbox_soft_bytes);
  require(!config.auth.algorithms.empty());
  require(!config.control.socket.empty() && !config.state.directory.empty());
  for (const subd::market::CalendarRules& rules : config.exchanges) require(!subd::market::find_problem(rules));

  const auto again = load_text(effective_text(config), "effective.toml", {});
  require(again.has_value());
  Config copy = *again;
  require(config.exchanges == copy.exchanges);
  for (const Key& key : keys()) {
    if (key.masking == Masking::None) require(toml_text(key.slot(config)) == toml_text(key.slot(copy)));
  }
  return 0;
}
