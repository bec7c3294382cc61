#include "auth/jwks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "auth/claim_reading.hpp"
#include "auth/jwk.hpp"

namespace subd::auth {
namespace {

using nlohmann::json;

/// The member as text; empty when it is absent or no text.
std::string text_of(const json& key, const char* name) {
  const auto found = key.find(name);
  return found != key.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// The key with nothing but what a public key has; throws std::runtime_error with the reason why it is of no use.
Key usable_key(const json& entry, std::string_view source) {
  Key key;
  key.id = text_of(entry, "kid");
  key.name = fmt::format("key {} of {}", shown(key.id), source);
  const auto refuse = [](std::string_view why) { throw std::runtime_error{std::string{why}}; };
  if (entry.contains("d") || entry.contains("k")) refuse("holds a secret; only public keys belong here");
  if (const std::string use = text_of(entry, "use"); !use.empty() && use != "sig") refuse("is not for signatures");
  if (const auto ops = entry.find("key_ops"); ops != entry.end()) {
    if (!ops->is_array() || std::find(ops->begin(), ops->end(), "verify") == ops->end()) refuse("is not for verifying");
  }
  const std::string type = text_of(entry, "kty");
  json reduced{{"kty", type}};
  const auto take = [&](std::initializer_list<const char*> members) {
    for (const char* member : members) {
      reduced[member] = text_of(entry, member);
      if (reduced[member].get_ref<const std::string&>().empty()) {
        throw std::runtime_error{fmt::format("lacks the member {}", member)};
      }
    }
  };
  std::string_view algorithm;
  if (type == "RSA") {
    key.family = KeyFamily::Rsa;
    algorithm = "RS256";
    take({"n", "e"});
  } else if (type == "EC") {
    key.family = KeyFamily::EcP256;
    algorithm = "ES256";
    take({"crv", "x", "y"});
    if (reduced["crv"] != "P-256") {
      throw std::runtime_error{fmt::format("is on the curve {}; ES256 needs P-256", shown(text_of(entry, "crv")))};
    }
  } else {
    throw std::runtime_error{fmt::format("is of the kind (kty) {}; RSA and EC are used here", shown(type))};
  }
  if (const std::string named = text_of(entry, "alg"); !named.empty() && named != algorithm) {
    throw std::runtime_error{fmt::format("is for {}; of its kind {} is used here", shown(named), algorithm)};
  }
  key.material = reduced.dump();
  static_cast<void>(make_jwk(key));  // only to refuse it here
  return key;
}

}  // namespace

base::Result<KeySet, std::string> read_jwks(std::string_view text, std::string_view source) {
  if (text.size() > kJwksLimitBytes) {
    return fmt::format("{}: has {} bytes; a key set has at most {}", source, text.size(), kJwksLimitBytes);
  }
  const auto document = parse_object(text);
  if (!document) return fmt::format("{}: is not a JSON object with each member once", source);
  const auto keys = document->find("keys");
  if (keys == document->end() || !keys->is_array()) {
    return fmt::format("{}: is not a key set: there is no list of keys (RFC 7517)", source);
  }
  if (keys->size() > kMostJwksKeys) {
    return fmt::format("{}: has {} keys; at most {} are allowed", source, keys->size(), kMostJwksKeys);
  }
  KeySet out;
  for (const json& entry : *keys) {
    if (!entry.is_object()) {
      out.skipped.emplace_back("an entry that is no object");
      continue;
    }
    try {
      out.keys.push_back(usable_key(entry, source));
    } catch (const std::runtime_error& error) {
      out.skipped.push_back(fmt::format("key {}: {}", shown(text_of(entry, "kid")), error.what()));
    }
  }
  return out;
}

}  // namespace subd::auth
