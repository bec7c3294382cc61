#include "config/changes.hpp"

#include <map>
#include <type_traits>
#include <variant>

#include "config/exchange_table.hpp"
#include "config/value.hpp"

namespace subd::config {
namespace {

/// Each exchange as text, by name.
std::map<std::string, std::string> exchange_texts(const Config& config) {
  std::map<std::string, std::string> out;
  for (const market::CalendarRules& rules : config.exchanges) out[rules.exchange] = exchange_text(rules, {});
  return out;
}

}  // namespace

Changes changes(const Config& running, const Config& loaded) {
  // Slots point into something that may be written.
  Config before = running;
  Config after = loaded;
  // With TLS the listener comes and goes, and its files with it.
  const bool turned = before.tls.listen.has_value() != after.tls.listen.has_value();
  Changes out;
  for (const Key& key : keys()) {
    if (toml_text(key.slot(before)) == toml_text(key.slot(after))) continue;
    if (key.effect == Effect::Reload && !(key.section == "tls" && turned)) {
      out.live.push_back(&key);
    } else {
      out.needs_restart.push_back(key.path());
    }
  }
  const auto old_exchanges = exchange_texts(running);
  auto exchanges = exchange_texts(loaded);
  for (const auto& [name, text] : old_exchanges) {
    const auto found = exchanges.find(name);
    if (found == exchanges.end() || found->second != text) out.needs_restart.push_back("exchange." + name);
    if (found != exchanges.end()) exchanges.erase(found);
  }
  for (const auto& [name, text] : exchanges) out.needs_restart.push_back("exchange." + name);
  return out;
}

void adopt(const std::vector<const Key*>& keys, const Config& loaded, Config& running) {
  Config source = loaded;
  for (const Key* key : keys) {
    const Slot from = key->slot(source);
    std::visit([&from](auto* to) { *to = *std::get<std::remove_reference_t<decltype(to)>>(from); }, key->slot(running));
    const auto origin = loaded.origins.find(key->path());
    if (origin != loaded.origins.end()) {
      running.origins[key->path()] = origin->second;
    } else {
      running.origins.erase(key->path());
    }
  }
}

}  // namespace subd::config
