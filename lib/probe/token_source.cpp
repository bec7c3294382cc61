#include "probe/token_source.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <utility>

#include "control/client.hpp"
#include "probe/base64url.hpp"

namespace subd::probe {

namespace {

using Json = nlohmann::json;

base::Result<std::string, Problem> file_bytes(const std::string& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return Problem{file + ": " + std::generic_category().message(errno)};
  std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
  if (stream.bad()) return Problem{file + ": cannot be read"};
  return bytes;
}

std::string unsigned_part(const Json& header, const Json& claims) {
  return base64url(header.dump()) + '.' + base64url(claims.dump());
}

class SecretSource final : public TokenSource {
 public:
  explicit SecretSource(std::string secret) : secret_{std::move(secret)} {}

  base::Result<TabToken, Problem> token(const std::string& user, const std::string& session,
                                        const std::string& tier) override {
    return TabToken{mint_token(secret_, user, session, tier, std::chrono::hours{1}), user, session};
  }
  base::Result<std::string, Problem> expired_token() override {
    return mint_token(secret_, "expired@example.com", {}, {}, -std::chrono::hours{1});
  }

 private:
  std::string secret_;
};

class ControlSource final : public TokenSource {
 public:
  ControlSource(control::Client& client, std::string secret_file)
      : client_{client}, secret_file_{std::move(secret_file)} {}

  base::Result<TabToken, Problem> token(const std::string& user, const std::string& session,
                                        const std::string& tier) override {
    Json body{{"user", user}, {"ttl_s", 3600}};
    if (!session.empty()) body["session"] = session;
    if (!tier.empty()) body["tier"] = tier;
    const auto answer = client_.request("POST", "/v1/tokens", body.dump());
    if (!answer) return Problem{answer.error().message};
    const Json reply = Json::parse(answer->body, nullptr, false);
    if (answer->status != 200 || !reply.is_object() || !reply.value("token", Json{}).is_string()) {
      return Problem{"the control socket issued no token: HTTP " + std::to_string(answer->status) + ' ' + answer->body};
    }
    return TabToken{reply["token"].get<std::string>(), user, session};
  }
  base::Result<std::string, Problem> expired_token() override {
    const Problem none{"the control socket issues no expired tokens; --secret-file would do"};
    auto source = secret_token_source(secret_file_);
    if (!source) return none;
    auto token = (*source)->expired_token();
    if (!token) return none;
    // Under any other secret it would be refused for its signature and prove nothing about its age.
    const auto answer = client_.request("POST", "/v1/tokens/verify", Json{{"token", *token}}.dump());
    if (!answer) return none;
    const Json verdict = Json::parse(answer->body, nullptr, false);
    if (!verdict.is_object() || verdict.value("code", Json{}) != "expired") return none;
    return token;
  }

 private:
  control::Client& client_;
  std::string secret_file_;
};

class FileSource final : public TokenSource {
 public:
  FileSource(std::string file, std::vector<TabToken> tokens) : file_{std::move(file)}, tokens_{std::move(tokens)} {}

  base::Result<TabToken, Problem> token(const std::string& user, const std::string&, const std::string& tier) override {
    if (!tier.empty()) return Problem{file_ + ": a token file has no tiers to choose from; " + tier + " is needed"};
    auto& mapped = users_[user];
    if (mapped.empty()) {
      const auto unused = std::find_if(tokens_.begin(), tokens_.end(), [&](const TabToken& one) {
        return std::none_of(users_.begin(), users_.end(), [&](const auto& entry) { return entry.second == one.user; });
      });
      if (unused == tokens_.end()) {
        users_.erase(user);
        return Problem{file_ + ": tokens of " + std::to_string(users_.size() + 1) + " users are needed, it has " +
                       std::to_string(users_.size())};
      }
      mapped = unused->user;
    }
    // The tokens of a user take turns.
    std::vector<const TabToken*> own;
    for (const auto& one : tokens_) {
      if (one.user == mapped) own.push_back(&one);
    }
    return *own[turns_[mapped]++ % own.size()];
  }
  base::Result<std::string, Problem> expired_token() override {
    return Problem{"a token file has no expired token; --secret-file would do"};
  }

 private:
  std::string file_;
  std::vector<TabToken> tokens_;
  std::map<std::string, std::string> users_;  // asked -> of the file
  std::map<std::string, std::size_t> turns_;
};

}  // namespace

base::Result<std::unique_ptr<TokenSource>, Problem> secret_token_source(const std::string& file) {
  auto secret = file_bytes(file);
  if (!secret) return secret.error();
  if (!secret->empty() && secret->back() == '\n') secret->pop_back();
  if (secret->empty()) return Problem{file + ": the secret is empty"};
  return std::unique_ptr<TokenSource>{std::make_unique<SecretSource>(std::move(*secret))};
}

std::unique_ptr<TokenSource> control_token_source(control::Client& client, std::string secret_file) {
  return std::make_unique<ControlSource>(client, std::move(secret_file));
}

base::Result<std::unique_ptr<TokenSource>, Problem> file_token_source(const std::string& file) {
  const auto text = file_bytes(file);
  if (!text) return text.error();
  std::vector<TabToken> tokens;
  std::istringstream lines{*text};
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::istringstream words{line};
    TabToken one;
    std::string more;
    if (!(words >> one.user) || one.user.front() == '#') continue;
    if (!(words >> one.token) || (words >> more)) {
      return Problem{file + ':' + std::to_string(number) + ": a line is a user and a token"};
    }
    tokens.push_back(std::move(one));
  }
  if (tokens.empty()) return Problem{file + ": there is no token in it"};
  return std::unique_ptr<TokenSource>{std::make_unique<FileSource>(file, std::move(tokens))};
}

base::Result<std::vector<TabToken>, Problem> load_tokens(TokenSource& source, std::size_t users) {
  std::vector<TabToken> tokens;
  for (std::size_t user = 1; user <= users; ++user) {
    auto token = source.token("load" + std::to_string(user) + "@example.com", {}, {});
    // A token file may have fewer users: its tokens are spread over all tabs.
    if (!token && user > 1) break;
    if (!token) return token.error();
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

std::string mint_token(std::string_view secret, std::string_view user, std::string_view session, std::string_view tier,
                       std::chrono::seconds valid_for) {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  Json claims{{"sub", user}, {"iat", (now - std::chrono::hours{2}).count()}, {"exp", (now + valid_for).count()}};
  if (!session.empty()) claims["session_id"] = session;
  if (!tier.empty()) claims["tier"] = tier;
  const std::string text = unsigned_part({{"alg", "HS256"}, {"typ", "JWT"}}, claims);
  return text + '.' + base64url(hmac_sha256(secret, text));
}

std::vector<ForgedToken> forged_tokens(const std::string& valid) {
  std::vector<ForgedToken> forged;
  const auto dot = valid.rfind('.');
  if (dot != std::string::npos && dot + 2 < valid.size()) {
    std::string damaged = valid;
    // The first character of the signature: the last one may carry bits that do not count.
    damaged[dot + 1] = damaged[dot + 1] == 'A' ? 'B' : 'A';
    forged.push_back({"a wrong signature", std::move(damaged)});
    const std::int64_t later = std::chrono::duration_cast<std::chrono::seconds>(
                                   std::chrono::system_clock::now().time_since_epoch() + std::chrono::hours{1})
                                   .count();
    const Json claims{{"sub", "mallory@example.com"}, {"exp", later}};
    forged.push_back({"another user under an old signature",
                      unsigned_part({{"alg", "HS256"}, {"typ", "JWT"}}, claims) + valid.substr(dot)});
    forged.push_back({"no signature, alg none", unsigned_part({{"alg", "none"}, {"typ", "JWT"}}, claims) + '.'});
  }
  forged.push_back({"no JWT", "not-a-token"});
  return forged;
}

}  // namespace subd::probe
