#include "config/load.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>

#include "base/nearest.hpp"
#include "base/time_text.hpp"
#include "config/toml_file.hpp"

namespace subd::config {
namespace {

constexpr std::size_t kMaxProblems = 100;
constexpr std::string_view kMask = "***";
constexpr std::size_t kMaxSocketBytes = 107;  // sockaddr_un, less its final zero

constexpr std::string_view kCookieNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

class Loader {
 public:
  void apply(const Key& key, const RawValue& raw, const std::string& source) {
    if (const auto refusal = assign(key, raw, config_)) {
      RawValue shown = raw;
      mask(key.masking, shown);
      problems_.push_back({source, key.path(), shown.shown(), *refusal});
      return;
    }
    config_.origins[key.path()] = source;
  }

  void apply_file(TomlContents contents) {
    for (Diagnostic& problem : contents.problems) problems_.push_back(std::move(problem));
    for (const Entry& entry : contents.entries) apply(*entry.key, entry.value, entry.source);
    Diagnostics problems = apply_exchanges(contents.exchanges, config_.exchanges, config_.origins);
    std::move(problems.begin(), problems.end(), std::back_inserter(problems_));
  }

  void apply_environment(const Environment& environment) {
    for (const Key& key : keys()) {
      const auto found = environment.find(key.environment_name());
      if (found != environment.end()) apply(key, {true, found->second}, found->first);
    }
    refuse_unknown_variables(environment);
  }

  void apply_flag(const FlagValue& flag) {
    const Key* key = find_key(flag.section, flag.key);
    if (key == nullptr) return;
    RawValue value{true, flag.text};
    if (!flag.more.empty()) {
      std::vector<std::string> all{flag.text};
      all.insert(all.end(), flag.more.begin(), flag.more.end());
      value.value = std::move(all);
    }
    apply(*key, value, flag.flag);
  }

  void fill_in(const Environment& environment) {
    fill_in("control.socket", config_.control.socket, default_control_socket(environment));
    fill_in("state.directory", config_.state.directory, default_state_directory(environment));
  }

  void check_relations() {
    const Server& server = config_.server;
    if (server.heartbeat_timeout <= server.heartbeat_interval) {
      refuse("server.heartbeat_timeout", base::duration_text(server.heartbeat_timeout),
             "must be more than server.heartbeat_interval, which is " + base::duration_text(server.heartbeat_interval));
    }
    const Session& session = config_.session;
    if (session.outbox_hard_bytes < session.outbox_soft_bytes) {
      refuse("session.outbox_hard_bytes", std::to_string(session.outbox_hard_bytes),
             "must be at least session.outbox_soft_bytes, which is " + std::to_string(session.outbox_soft_bytes));
    }
    check_keys_of_tokens();
    check_tls();
    const std::string& cookie = config_.rest.cookie;
    if (cookie.find_first_not_of(kCookieNameCharacters) != std::string::npos) {
      refuse("rest.cookie", RawValue{true, cookie}.shown(), "must be letters, digits, - and _, or empty");
    }
    check_tier_aliases();
    if (config_.control.socket.size() > kMaxSocketBytes) {
      refuse("control.socket", RawValue{true, config_.control.socket}.shown(),
             "must be at most " + std::to_string(kMaxSocketBytes) + " bytes long, which is all the system takes");
    }
  }

  [[nodiscard]] bool has_problems() const { return !problems_.empty(); }

  base::Result<Config, Diagnostics> finish() {
    if (problems_.empty()) return std::move(config_);
    if (problems_.size() > kMaxProblems) {
      const std::size_t hidden = problems_.size() - kMaxProblems + 1;
      problems_.resize(kMaxProblems - 1);
      problems_.push_back({{}, {}, {}, std::to_string(hidden) + " more problems are not shown"});
    }
    return std::move(problems_);
  }

 private:
  static void mask(Masking masking, RawValue& value) {
    if (masking == Masking::None) return;
    if (masking == Masking::Whole) {
      value.value = std::string{kMask};
      return;
    }
    if (auto* text = std::get_if<std::string>(&value.value)) *text = masked_options(*text);
    if (auto* list = std::get_if<std::vector<std::string>>(&value.value)) {
      for (std::string& item : *list) item = masked_options(item);
    }
  }

  void check_keys_of_tokens() {
    const Auth& auth = config_.auth;
    const auto allows = [&auth](std::string_view family) {
      return std::any_of(auth.algorithms.begin(), auth.algorithms.end(),
                         [family](const std::string& name) { return name.compare(0, 2, family) == 0; });
    };
    const std::string& file = auth.public_key_file;
    const bool takes_public_key = allows("RS") || allows("ES");
    if (allows("RS") && allows("ES") && !file.empty()) {
      refuse(
          "auth.algorithms", RawValue{false, auth.algorithms}.shown(),
          "must not allow both RS256 and ES256, because auth.public_key_file holds one key; auth.jwks may hold both");
    }
    if (takes_public_key && file.empty() && auth.jwks.empty()) {
      refuse("auth.public_key_file", "\"\"",
             "must name a PEM file, or auth.jwks a key set, because auth.algorithms allows RS256 or ES256");
    }
    if (!file.empty() && !auth.jwks.empty()) {
      refuse("auth.jwks", RawValue{true, auth.jwks}.shown(), "must not be given beside auth.public_key_file");
    }
    for (const auto& [key, value] : {std::pair{"auth.public_key_file", &file}, std::pair{"auth.jwks", &auth.jwks}}) {
      if (!takes_public_key && !value->empty()) {
        refuse(key, RawValue{true, *value}.shown(), "has no use, because auth.algorithms allows no RS256 or ES256");
      }
    }
    check_place_of_keys(auth.jwks);
    if (!allows("HS") && !auth.secret_file.empty()) {
      refuse("auth.secret_file", RawValue{true, auth.secret_file}.shown(),
             "has no use, because auth.algorithms allows no HS256, HS384 or HS512");
    }
  }

  /// Whoever can change the keys on their way can make tokens.
  void check_place_of_keys(std::string_view jwks) {
    const auto scheme_end = jwks.find("://");
    if (scheme_end == std::string_view::npos || jwks.starts_with("https://")) return;
    const std::string_view rest = jwks.substr(scheme_end + 3);
    const std::string_view place = rest.substr(0, rest.find('/'));
    const bool here = place.starts_with("127.") || place.starts_with("[::1]") || place == "localhost" ||
                      place.starts_with("localhost:");
    if (jwks.starts_with("http://") && here) return;
    refuse("auth.jwks", RawValue{true, std::string{jwks}}.shown(),
           "must be a file or start with https://; http:// is for this machine alone (127.0.0.1, [::1], localhost)");
  }

  void check_tls() {
    const Tls& tls = config_.tls;
    const std::initializer_list<std::pair<std::string_view, const std::string&>> files{
        {"tls.certificate", tls.certificate}, {"tls.key", tls.key}};
    for (const auto& [path, file] : files) {
      if (tls.listen && file.empty()) refuse(path, "\"\"", "must name a PEM file, because tls.listen is set");
      if (!tls.listen && !file.empty()) {
        refuse(path, RawValue{true, file}.shown(), "has no use, because tls.listen is empty");
      }
    }
  }

  void check_tier_aliases() {
    const std::span<const std::string_view> tiers = find_key("signals", "premium_tiers")->choices;
    std::set<std::string, std::less<>> seen;
    for (const std::string& item : config_.signals.tier_aliases) {
      const auto equals = std::min(item.find('='), item.size());
      const bool names_tier =
          equals < item.size() && std::find(tiers.begin(), tiers.end(), item.substr(equals + 1)) != tiers.end();
      if (equals == 0 || !names_tier || !seen.insert(item.substr(0, equals)).second) {
        refuse(
            "signals.tier_aliases", RawValue{true, item}.shown(),
            "must be ALIAS=TIER, such as free=STARTER, each alias once; tiers: STARTER, PROFESSIONAL, INSTITUTIONAL");
      }
    }
  }

  void refuse(std::string_view path, std::string value, std::string message) {
    const auto origin = config_.origins.find(path);
    problems_.push_back({origin == config_.origins.end() ? "default" : origin->second, std::string{path},
                         std::move(value), std::move(message)});
  }

  void fill_in(const std::string& path, std::string& value, const Location& location) {
    if (!value.empty()) return;
    value = location.path;
    config_.origins.erase(path);
    if (!location.origin.empty()) config_.origins[path] = location.origin;
  }

  void refuse_unknown_variables(const Environment& environment) {
    std::vector<std::string> known;
    for (const Key& key : keys()) known.push_back(key.environment_name());
    const std::vector<std::string_view> candidates{known.begin(), known.end()};
    std::vector<std::string> prefixes;
    for (const std::string_view section : sections()) {
      prefixes.push_back(environment_name(section, {}));
    }
    for (const auto& variable : environment) {
      const std::string& name = variable.first;
      if (name.starts_with(environment_name("exchange", {}))) {
        problems_.push_back({RawValue{true, name}.shown(), {}, {}, "exchanges can be set in the file only"});
      }
      const bool is_ours = std::any_of(prefixes.begin(), prefixes.end(), [&name](const std::string& prefix) {
        return name.compare(0, prefix.size(), prefix) == 0;
      });
      if (!is_ours || std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string hint = name.size() <= 64 ? base::did_you_mean(base::nearest(name, candidates)) : std::string{};
      problems_.push_back({RawValue{true, name}.shown(), {}, {}, "unknown environment variable" + hint});
    }
  }

  Config config_;
  Diagnostics problems_;
};

base::Result<Config, Diagnostics> finish_load(Loader& loader, const Sources& sources) {
  loader.apply_environment(sources.environment);
  for (const FlagValue& flag : sources.flags) loader.apply_flag(flag);
  loader.fill_in(sources.environment);
  // A value that could not be read leaves its default behind; relations with it would be told of twice.
  if (!loader.has_problems()) loader.check_relations();
  return loader.finish();
}

}  // namespace

std::string FeedSources::text() const {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : " + ") + item;
  return out;
}

std::string Diagnostic::text() const {
  std::string out;
  for (const std::string* part : {&source, &key}) {
    if (!part->empty()) out += (out.empty() ? "" : ": ") + *part;
  }
  if (!value.empty()) out += " = " + value;
  return out + (out.empty() ? "" : ": ") + message;
}

base::Result<Config, Diagnostics> load(const Sources& sources) {
  Loader loader;
  if (sources.file) {
    const auto text = read_file(*sources.file);
    loader.apply_file(text ? read_toml(*text, *sources.file) : TomlContents{{}, {}, {text.error()}});
  }
  return finish_load(loader, sources);
}

base::Result<Config, Diagnostics> load_text(std::string_view toml, const std::string& name, const Sources& sources) {
  Loader loader;
  loader.apply_file(read_toml(toml, name));
  return finish_load(loader, sources);
}

std::string effective_text(const Config& config) {
  Config copy = config;  // slots point into something that may be written
  for (std::string& item : copy.feed.source.items) item = masked_options(item);
  std::string out = "# The configuration in force. A value that is not the default says where it comes from.\n";
  std::string_view section;
  for (const Key& key : keys()) {
    if (key.section != section) {
      section = key.section;
      out += "\n[" + std::string{section} + "]\n";
    }
    const Slot slot = key.slot(copy);
    if (auto* const* text = std::get_if<std::string*>(&slot);
        text != nullptr && key.masking == Masking::Whole && !(*text)->empty()) {
      **text = kMask;
    }
    out += std::string{key.name} + " = " + toml_text(slot);
    const auto origin = config.origins.find(key.path());
    if (origin != config.origins.end()) out += "  # " + origin->second;
    out += '\n';
  }
  for (const market::CalendarRules& rules : config.exchanges) out += exchange_text(rules, config.origins);
  return out;
}

}  // namespace subd::config
