#include "config/load.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "config/keys.hpp"
#include "config/value.hpp"

namespace subd::config {
namespace {

using namespace std::chrono_literals;

const Environment kNobody{{"HOME", "/home/nobody"}};

base::Result<Config, Diagnostics> from_toml(std::string_view toml) {
  return load_text(toml, "subd.toml", {std::nullopt, kNobody, {}});
}

/// What is said about a text that has exactly one problem.
std::string problem_of(std::string_view toml) {
  const auto loaded = from_toml(toml);
  if (loaded) return "no problem";
  EXPECT_EQ(loaded.error().size(), 1u);
  return loaded.error().front().text();
}

TEST(Load, GivesTheDefaultsWithoutAnySource) {
  const auto loaded = load({std::nullopt, kNobody, {}});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->server.listen, (Endpoint{"127.0.0.1", 8081}));
  EXPECT_EQ(loaded->server.heartbeat_timeout, 60s);
  EXPECT_EQ(loaded->feed.source.text(), "sim");
  EXPECT_EQ(loaded->auth.algorithms, std::vector<std::string>{"HS256"});
  EXPECT_EQ(loaded->state.directory, "/home/nobody/.local/state/subd");
}

TEST(Load, ReadsEveryTypeOfValue) {
  const auto loaded = from_toml(R"(
[server]
listen = "[::1]:0"
io_threads = 4
max_message_bytes = "128KiB"
auth_timeout = "1500ms"
metrics_public = true
[auth]
algorithms = ["HS512", "ES256"]
public_key_file = "keys/public.pem"
[session]
outbox_soft_bytes = 4096
[log]
level = "debug"
format = "json"
)");
  ASSERT_TRUE(loaded) << loaded.error().front().text();
  EXPECT_EQ(loaded->server.listen, (Endpoint{"::1", 0}));
  EXPECT_EQ(loaded->server.io_threads, 4u);
  EXPECT_EQ(loaded->server.max_message_bytes, 131'072u);
  EXPECT_EQ(loaded->server.auth_timeout, 1500ms);
  EXPECT_TRUE(loaded->server.metrics_public);
  EXPECT_EQ(loaded->auth.algorithms, (std::vector<std::string>{"HS512", "ES256"}));
  EXPECT_EQ(loaded->auth.public_key_file, "keys/public.pem");
  EXPECT_EQ(loaded->session.outbox_soft_bytes, 4096u);
  EXPECT_EQ(loaded->log.level, base::log::Level::Debug);
  EXPECT_EQ(loaded->log.format, base::log::Format::Json);
}

TEST(Load, ReadsTheConventionsOfGreeks) {
  Environment environment = kNobody;
  environment["SUBD_GREEKS_RATE"] = "0.1";
  environment["SUBD_GREEKS_DAY_COUNT"] = "252";
  const auto loaded = load_text(
      "[greeks]\nmodel = \"bsm\"\nforward = \"future\"\nrate = 1\ndividend = 0.012\n"
      "expiry_times = \"NFO=15:40,24x7=24:00\"\n",
      "subd.toml", {std::nullopt, environment, {}});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->greeks.model, "bsm");
  EXPECT_EQ(loaded->greeks.forward, "future");
  EXPECT_EQ(loaded->greeks.rate, 0.1);
  EXPECT_EQ(loaded->greeks.dividend, 0.012);
  EXPECT_EQ(loaded->greeks.day_count, 252u);
  EXPECT_EQ(loaded->greeks.expiry_times, (std::vector<ExpiryTime>{{"NFO", 940min}, {"24x7", 1440min}}));
  const auto none = load_text("[greeks]\nexpiry_times = \"\"\n", "subd.toml", {std::nullopt, kNobody, {}});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->greeks.expiry_times.empty());
}

TEST(Load, ReadsWhoSeesSignals) {
  const auto loaded =
      from_toml("[signals]\npremium_tiers = [\"INSTITUTIONAL\"]\ntier_aliases = [\"starter/free=STARTER\"]\n");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->signals.premium_tiers, std::vector<std::string>{"INSTITUTIONAL"});
  EXPECT_EQ(loaded->signals.tier_aliases, std::vector<std::string>{"starter/free=STARTER"});
  EXPECT_TRUE(from_toml("[signals]\ntier_aliases = []\n"));
  EXPECT_NE(problem_of("[signals]\npremium_tiers = [\"GOLD\"]\n").find("one of STARTER, PROFESSIONAL, INSTITUTIONAL"),
            std::string::npos);
  for (const char* item : {"free", "=STARTER", "free=GOLD", "free=starter"}) {
    EXPECT_EQ(
        problem_of("[signals]\ntier_aliases = [\"" + std::string{item} + "\"]\n"),
        "subd.toml:2:16: signals.tier_aliases = " + std::string{item} +
            ": must be ALIAS=TIER, such as free=STARTER, each alias once; tiers: STARTER, PROFESSIONAL, INSTITUTIONAL");
  }
  EXPECT_NE(problem_of("[signals]\ntier_aliases = [\"a=STARTER\", \"a=PROFESSIONAL\"]\n").find("each alias once"),
            std::string::npos);
}

TEST(Load, FlagsWinOverEnvironmentOverFile) {
  Environment environment = kNobody;
  environment["SUBD_SERVER_IO_THREADS"] = "2";
  environment["SUBD_SERVER_BACKLOG"] = "200";
  const std::string toml = "[server]\nio_threads = 1\nbacklog = 100\nmax_errors = 3\n";
  const auto loaded =
      load_text(toml, "subd.toml", {std::nullopt, environment, {{"--io-threads", "server", "io_threads", "3"}}});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->server.io_threads, 3u);
  EXPECT_EQ(loaded->server.backlog, 200u);
  EXPECT_EQ(loaded->server.max_errors, 3u);
  EXPECT_EQ(loaded->origins.at("server.io_threads"), "--io-threads");
  EXPECT_EQ(loaded->origins.at("server.backlog"), "SUBD_SERVER_BACKLOG");
  EXPECT_EQ(loaded->origins.at("server.max_errors"), "subd.toml:4:14");
}

TEST(Load, TellsAllProblemsAtOnce) {
  Environment environment = kNobody;
  environment["SUBD_LOG_LEVEL"] = "loud";
  const auto loaded = load_text("[server]\nio_threads = 900\nbaklog = 1\n", "subd.toml",
                                {std::nullopt, environment, {{"--listen", "server", "listen", "here"}}});
  ASSERT_FALSE(loaded);
  std::vector<std::string> sources;
  for (const Diagnostic& problem : loaded.error()) sources.push_back(problem.source);
  std::sort(sources.begin(), sources.end());
  EXPECT_EQ(sources, (std::vector<std::string>{"--listen", "SUBD_LOG_LEVEL", "subd.toml:2:14", "subd.toml:3:1"}));
}

TEST(Load, StopsTellingAfterAHundredProblems) {
  std::string toml = "[server]\n";
  for (int i = 0; i < 500; ++i) toml += "x" + std::to_string(i) + " = 1\n";
  const auto loaded = from_toml(toml);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().size(), 100u);
  EXPECT_EQ(loaded.error().back().message, "401 more problems are not shown");
}

TEST(Load, SuggestsAKnownKeyForAMistypedOne) {
  EXPECT_EQ(problem_of("[server]\nlisen = \"127.0.0.1:1\"\n"),
            "subd.toml:2:1: server.lisen: unknown key; did you mean listen?");
}

TEST(Load, SaysWhichSectionAKeyBelongsTo) {
  EXPECT_EQ(problem_of("[server]\nthrottle = \"1s\"\n"),
            "subd.toml:2:1: server.throttle: unknown key here; it belongs under [session] or [channels]");
  EXPECT_EQ(problem_of("listen = \"127.0.0.1:1\"\n"),
            "subd.toml:1:1: listen: stands outside of any section; it belongs under [server] or [tls]");
}

TEST(Load, SuggestsAKnownSectionForAMistypedOne) {
  EXPECT_EQ(problem_of("\n[sever]\nlisten = \"127.0.0.1:1\"\n"),
            "subd.toml:2:2: sever: unknown section; did you mean server?");
}

TEST(Load, RefusesASectionThatIsAValue) {
  EXPECT_EQ(problem_of("server = 8081\n"), "subd.toml:1:1: server: is a section: write [server] and its keys below");
  EXPECT_EQ(problem_of("[[server]]\nbacklog = 1\n").substr(0, 10), "subd.toml:");
}

TEST(Load, TakesNetworksFromAFileAndFromTheEnvironment) {
  const auto file = from_toml("[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->server.trusted_proxies.size(), 2u);
  EXPECT_NE(effective_text(*file).find("trusted_proxies = [\"10.0.0.0/8\", \"::1\"]"), std::string::npos);
  const auto load_with = [](const char* text) {
    return load({std::nullopt, {{"HOME", "/home/nobody"}, {"SUBD_SERVER_TRUSTED_PROXIES", text}}, {}});
  };
  EXPECT_EQ(load_with("10.0.0.0/8,::1")->server.trusted_proxies, file->server.trusted_proxies);
  EXPECT_TRUE(load_with("")->server.trusted_proxies.empty());
}

TEST(Load, RefusesTheWrongTypeAndSaysTheRightOne) {
  const std::pair<const char*, const char*> kCases[] = {
      {"[server]\nio_threads = \"4\"", "must be an integer from 0 to 256"},
      {"[server]\nio_threads = 4.0", "must be an integer from 0 to 256"},
      {"[server]\nio_threads = {a = 1}", "must be an integer from 0 to 256"},
      {"[server]\nlisten = 8081", "must be ADDRESS:PORT"},
      {"[server]\nlisten = \"localhost:8081\"", "must be ADDRESS:PORT"},
      {"[server]\nlisten = \"127.0.0.1:65536\"", "must be ADDRESS:PORT"},
      {"[server]\nlisten = \"::1:8081\"", "must be ADDRESS:PORT"},
      {"[server]\nauth_timeout = 10", "must be a duration from 10ms to 10min"},
      {"[server]\nauth_timeout = \"10\"", "must be a duration from 10ms to 10min"},
      {"[server]\nmetrics_public = \"true\"", "must be true or false"},
      {"[server]\nmax_message_bytes = \"64KB\"", "must be a size from 1024 to 1048576 bytes"},
      {"[server]\ntrusted_proxies = \"10.0.0.0/8\"", "must be a list of networks, such as \"10.0.0.0/8\" or \"::1\""},
      {"[server]\ntrusted_proxies = [\"10.0.0.1/8\"]", "\"10.0.0.1/8\" is none"},
      {"[server]\ntrusted_proxies = [\"::1\", \"::1/128\"]", "must not name ::1 twice"},
      {"[feed]\nsource = 1", "must be a string"},
      {"[feed]\nsource = 2025-01-01", "must be a string"},
      {"[feed]\nsource = \"a\\nb\"", "must not contain control characters"},
      {"[feed]\nsource = [\"sim\", \"\"]", "must name a feed"},
      {"[auth]\nalgorithms = \"HS256\"", "must be a list of strings"},
      {"[auth]\nalgorithms = [\"HS256\", 1]", "must be a list of strings"},
      {"[auth]\nalgorithms = []", "must not be empty"},
      {"[auth]\nalgorithms = [\"HS256\", \"HS256\"]", "must not name HS256 twice"},
      {"[auth]\nalgorithms = [\"none\"]", "must be one of HS256, HS384, HS512, RS256, ES256"},
      {"[greeks]\nmodel = \"black\"", "must be one of black76, bsm; did you mean black76?"},
      {"[greeks]\nforward = 1", "must be a string"},
      {"[greeks]\nrate = 6.5", "must be a number from 0 to 1"},
      {"[greeks]\nrate = nan", "must be a number from 0 to 1"},
      {"[greeks]\nrate = \"0.065\"", "must be a number from 0 to 1"},
      {"[greeks]\nday_count = 360", "must be one of 365, 252"},
      {"[greeks]\nexpiry_times = 1530", "must be EXCHANGE=HH:MM"},
      {"[greeks]\nexpiry_times = \"NFO\"", "must be EXCHANGE=HH:MM"},
      {"[greeks]\nexpiry_times = \"NFO=24:01\"", "must be EXCHANGE=HH:MM"},
      {"[greeks]\nexpiry_times = \"NFO=3:30\"", "must be EXCHANGE=HH:MM"},
      {"[greeks]\nexpiry_times = \"NFO=15:30,\"", "must be EXCHANGE=HH:MM"},
      {"[greeks]\nexpiry_times = \"NFO=15:30,NFO=15:40\"", "each exchange once"},
      {"[log]\nlevel = \"inof\"", "must be one of trace, debug, info, warn, error, off; did you mean info?"},
      {"[log]\nformat = 1", "must be one of text, json"},
  };
  for (const auto& [toml, message] : kCases) {
    EXPECT_NE(problem_of(toml).find(message), std::string::npos) << toml << " -> " << problem_of(toml);
  }
}

TEST(Load, AcceptsTheEndsOfARangeAndNothingBeyond) {
  for (const Key& key : keys()) {
    if (key.range.most == 0) continue;
    const bool is_duration = key.type_name() == "duration";
    const auto load_with = [&](std::int64_t number) {
      const std::string value = is_duration ? "\"" + std::to_string(number) + "ms\"" : std::to_string(number);
      return from_toml("[" + std::string{key.section} + "]\n" + std::string{key.name} + " = " + value);
    };
    for (const std::int64_t inside : {key.range.least, key.range.most}) {
      const auto loaded = load_with(inside);
      // At an end a relation with another key may be broken, but never the range.
      const std::string problem = loaded ? "" : loaded.error().front().message;
      EXPECT_EQ(problem.find(key.allowed()), std::string::npos) << key.path() << " = " << inside;
    }
    for (const std::int64_t outside : {key.range.least - 1, key.range.most + 1}) {
      const auto loaded = load_with(outside);
      ASSERT_FALSE(loaded) << key.path() << " = " << outside;
      EXPECT_NE(loaded.error().front().message.find(key.allowed()), std::string::npos) << key.path();
    }
  }
}

TEST(Load, ShowsTheValueAndItsPlace) {
  EXPECT_EQ(problem_of("[server]\n  io_threads = 900\n"),
            "subd.toml:2:16: server.io_threads = 900: must be an integer from 0 to 256");
}

TEST(Load, CutsALongValueShortInMessages) {
  const std::string problem = problem_of("[log]\nlevel = \"" + std::string(5000, 'x') + "\"");
  EXPECT_LT(problem.size(), 250u);
}

TEST(Load, GivesThePlaceOfASyntaxError) {
  const std::string problem = problem_of("[server]\nlisten = \"127.0.0.1:8081\nbacklog = 4\n");
  EXPECT_EQ(problem.rfind("subd.toml:2:", 0), 0u) << problem;
  EXPECT_NE(problem.find("not TOML"), std::string::npos) << problem;
}

TEST(Load, RefusesAKeyWrittenTwice) {
  EXPECT_NE(problem_of("[server]\nbacklog = 1\nbacklog = 2\n").find("not TOML"), std::string::npos);
}

TEST(Load, NamesAFileThatCannotBeRead) {
  const auto missing = load({"/nonexistent/subd.toml", kNobody, {}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().front().text(), "/nonexistent/subd.toml: cannot be read: No such file or directory");
  const auto directory = load({"/", kNobody, {}});
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().front().text(), "/: cannot be read: Is a directory");
}

TEST(Load, ReadsAFileUpToItsLimit) {
  std::string name = (std::filesystem::temp_directory_path() / "subd-config-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  ASSERT_GE(descriptor, 0);
  std::ofstream{name} << "[server]\nbacklog = 17\n" << std::string(1'000'000, '#');
  const auto fits = load({name, kNobody, {}});
  std::ofstream{name, std::ios::app} << std::string(100'000, '#');
  const auto too_large = load({name, kNobody, {}});
  std::filesystem::remove(name);
  ASSERT_TRUE(fits);
  EXPECT_EQ(fits->server.backlog, 17u);
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().front().text(), name + ": is larger than 1 MiB");
}

TEST(Load, ReadsEveryTypeFromTheEnvironment) {
  Environment environment = kNobody;
  environment["SUBD_SERVER_METRICS_PUBLIC"] = "true";
  environment["SUBD_AUTH_ALGORITHMS"] = "HS256,HS384";
  environment["SUBD_SESSION_OUTBOX_SOFT_BYTES"] = "2MiB";
  environment["SUBD_ENGINE_GRACE"] = "0s";
  const auto loaded = load({std::nullopt, environment, {}});
  ASSERT_TRUE(loaded) << loaded.error().front().text();
  EXPECT_TRUE(loaded->server.metrics_public);
  EXPECT_EQ(loaded->auth.algorithms, (std::vector<std::string>{"HS256", "HS384"}));
  EXPECT_EQ(loaded->session.outbox_soft_bytes, 2u << 20);
  EXPECT_EQ(loaded->engine.grace, 0ms);
}

TEST(Load, RefusesAnUnknownVariableOfAKnownSection) {
  Environment environment = kNobody;
  environment["SUBD_SERVER_LISTN"] = "127.0.0.1:1";
  environment["SUBD_BIN_DIR"] = "/somewhere";
  const auto loaded = load({std::nullopt, environment, {}});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 1u);
  EXPECT_EQ(loaded.error().front().text(),
            "SUBD_SERVER_LISTN: unknown environment variable; did you mean SUBD_SERVER_LISTEN?");
}

TEST(Load, RefusesRelationsThatCannotHold) {
  EXPECT_EQ(
      problem_of("[server]\nheartbeat_timeout = \"20s\"\n"),
      "subd.toml:2:21: server.heartbeat_timeout = 20s: must be more than server.heartbeat_interval, which is 20s");
  EXPECT_NE(problem_of("[session]\noutbox_soft_bytes = \"32MiB\"\n")
                .find("session.outbox_hard_bytes = 16777216: must be at least session.outbox_soft_bytes"),
            std::string::npos);
  EXPECT_NE(problem_of("[auth]\nalgorithms = [\"RS256\"]\n").find("auth.public_key_file"), std::string::npos);
  EXPECT_NE(problem_of("[auth]\npublic_key_file = \"k.pem\"\n").find("has no use"), std::string::npos);
  EXPECT_NE(problem_of("[auth]\nalgorithms = [\"ES256\"]\npublic_key_file = \"k.pem\"\nsecret_file = \"s\"\n")
                .find("auth.secret_file = s: has no use"),
            std::string::npos);
  EXPECT_NE(problem_of("[auth]\nalgorithms = [\"RS256\", \"ES256\"]\npublic_key_file = \"k.pem\"\n")
                .find("must not allow both RS256 and ES256"),
            std::string::npos);
  const auto with_key_set = [](const std::string& place) {
    return problem_of("[auth]\nalgorithms = [\"RS256\", \"ES256\"]\njwks = \"" + place + "\"\n");
  };
  for (const char* allowed : {"keys.json", "https://login.example.com/keys", "http://127.0.0.1:8000/keys",
                              "http://localhost/keys", "http://[::1]:80/keys"}) {
    EXPECT_EQ(with_key_set(allowed), "no problem") << allowed;
  }
  for (const char* refused : {"http://login.example.com/keys", "http://localhost.example.com/", "ftp://127.0.0.1/k"}) {
    EXPECT_NE(with_key_set(refused).find("must be a file or start with https://"), std::string::npos) << refused;
  }
  EXPECT_NE(problem_of("[auth]\njwks = \"keys.json\"\n").find("auth.jwks = keys.json: has no use"), std::string::npos);
  EXPECT_NE(problem_of("[auth]\nalgorithms = [\"ES256\"]\npublic_key_file = \"k.pem\"\njwks = \"keys.json\"\n")
                .find("must not be given beside auth.public_key_file"),
            std::string::npos);
  EXPECT_NE(problem_of("[control]\nsocket = \"/" + std::string(107, 's') + "\"\n").find("at most 107 bytes"),
            std::string::npos);
  EXPECT_NE(problem_of("[feed]\nsource = \"\"\n").find("must name a feed"), std::string::npos);
}

TEST(Load, NeverShowsTheSecretsOfAFeed) {
  const std::string problem = problem_of("[feed]\nsource = \"kite:access_token=hunter2,x=\\u0001\"\n");
  EXPECT_EQ(problem.find("hunter2"), std::string::npos) << problem;
  EXPECT_NE(problem.find("access_token=***"), std::string::npos) << problem;
}

TEST(EffectiveText, ReadsBackAsTheSameConfiguration) {
  const auto first =
      from_toml("[server]\nlisten = \"[::]:9\"\nauth_timeout = \"90s\"\n[auth]\nissuer = \"a\\\"b\\\\\"\n");
  ASSERT_TRUE(first);
  const std::string text = effective_text(*first);
  const auto second = load_text(text, "subd.toml", {});
  ASSERT_TRUE(second) << second.error().front().text() << text;
  Config one = *first;
  Config two = *second;
  for (const Key& key : keys()) {
    EXPECT_EQ(toml_text(key.slot(one)), toml_text(key.slot(two))) << key.path();
    EXPECT_EQ(two.origins.count(key.path()), 1u) << key.path();
  }
  EXPECT_EQ(two.auth.issuer, "a\"b\\");
}

TEST(EffectiveText, SaysWhereAValueComesFromAndMasksSecrets) {
  Environment environment = kNobody;
  environment["XDG_RUNTIME_DIR"] = "/run/user/7";
  const auto loaded = load({std::nullopt, environment, {{"--feed", "feed", "source", "kite:api_key=k1,mode=full"}}});
  ASSERT_TRUE(loaded);
  const std::string text = effective_text(*loaded);
  EXPECT_NE(text.find("source = \"kite:api_key=***,mode=full\"  # --feed\n"), std::string::npos) << text;
  EXPECT_NE(text.find("socket = \"/run/user/7/subd/control.sock\"  # XDG_RUNTIME_DIR\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n[bars]\nhistory = 5000\n"), std::string::npos) << text;
}

TEST(Load, TakesOneFeedOrAListOfThem) {
  const auto one = from_toml("[feed]\nsource = \"sim:seed=1,rate=2\"\n");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->feed.source.items, std::vector<std::string>{"sim:seed=1,rate=2"});
  const auto several = from_toml("[feed]\nsource = [\"sim\", \"kite:access_token=t1,mode=full\"]\n");
  ASSERT_TRUE(several);
  EXPECT_EQ(several->feed.source.text(), "sim + kite:access_token=t1,mode=full");
  EXPECT_NE(effective_text(*several).find("source = [\"sim\", \"kite:access_token=***,mode=full\"]"),
            std::string::npos);
}

TEST(Load, TheTokenOfTheChannelsIsNeverPrinted) {
  const auto loaded = from_toml("[channels]\ntoken = \"s3cret\"\nsymbols = [\"SSI\", \"VN30\"]\nqueue = 7\n");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->channels.token, "s3cret");
  EXPECT_EQ(loaded->channels.symbols, (std::vector<std::string>{"SSI", "VN30"}));
  const std::string text = effective_text(*loaded);
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
  EXPECT_NE(text.find("token = \"***\"  # subd.toml:2:9"), std::string::npos) << text;
  EXPECT_NE(effective_text(*from_toml("")).find("token = \"\"\n"), std::string::npos) << "none is no secret";
  EXPECT_EQ(problem_of("[channels]\ntoken = 12345\n"), "subd.toml:2:9: channels.token = \"***\": must be a string");
}

TEST(Load, AListOfAnythingMayBeEmptyAndNamesNothingTwice) {
  EXPECT_TRUE(from_toml("[channels]\nsymbols = []\n"));
  EXPECT_EQ(problem_of("[channels]\nsymbols = [\"A\", \"A\"]\n"),
            "subd.toml:2:11: channels.symbols = [\"A\", \"A\"]: must not name A twice");
  EXPECT_EQ(problem_of("[channels]\nsymbols = [\"\"]\n"),
            "subd.toml:2:11: channels.symbols = [\"\"]: must not have an item that is empty or not printable");
  Environment environment = kNobody;
  environment["SUBD_CHANNELS_SYMBOLS"] = "SSI,VN30";
  const auto loaded = load({std::nullopt, environment, {}});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->channels.symbols, (std::vector<std::string>{"SSI", "VN30"}));
}

}  // namespace
}  // namespace subd::config
