#include "config/changes.hpp"

#include <gtest/gtest.h>

#include <string>

#include "config/load.hpp"

namespace subd::config {
namespace {

Config loaded(const std::string& toml) {
  auto out = load_text(toml, "subd.toml", {std::nullopt, {{"HOME", "/home/nobody"}}, {}});
  EXPECT_TRUE(out) << toml;
  return out ? *out : Config{};
}

std::vector<std::string> paths(const std::vector<const Key*>& keys) {
  std::vector<std::string> out;
  for (const Key* key : keys) out.push_back(key->path());
  return out;
}

using Paths = std::vector<std::string>;

TEST(Changes, AreNoneBetweenEquals) {
  const std::string toml = "[server]\nlisten = \"127.0.0.1:9\"\n[session]\nmax_streams = 7\n";
  const Changes found = changes(loaded(toml), loaded(toml));
  EXPECT_TRUE(found.live.empty());
  EXPECT_TRUE(found.needs_restart.empty());
}

TEST(Changes, TellWhatIsLiveFromWhatWaits) {
  const Changes found = changes(loaded(""), loaded("[server]\nlisten = \"127.0.0.1:9\"\nflush_window = \"1ms\"\n"
                                                   "[session]\nmax_streams = 7\n[log]\nformat = \"json\"\n"));
  EXPECT_EQ(paths(found.live), (Paths{"server.flush_window", "session.max_streams"}));
  EXPECT_EQ(found.needs_restart, (Paths{"server.listen", "log.format"}));
}

TEST(Changes, OfAnExchangeWaitForARestart) {
  const Changes found =
      changes(loaded(""), loaded("[exchange.NSE]\npost_close = \"15min\"\n"
                                 "[exchange.OWN]\ntime_zone = \"UTC\"\nsessions = [\"09:00-17:00\"]\n"));
  EXPECT_TRUE(found.live.empty());
  EXPECT_EQ(found.needs_restart, (Paths{"exchange.NSE", "exchange.OWN"}));
}

TEST(Changes, TlsComesAndGoesAsAWhole) {
  const Config with = loaded("[tls]\nlisten = \"127.0.0.1:1\"\ncertificate = \"a\"\nkey = \"b\"\n");
  EXPECT_TRUE(changes(loaded(""), with).live.empty());
  EXPECT_EQ(changes(with, loaded("")).needs_restart, (Paths{"tls.listen", "tls.certificate", "tls.key"}));
  const Config renewed = loaded("[tls]\nlisten = \"127.0.0.1:1\"\ncertificate = \"c\"\nkey = \"b\"\n");
  EXPECT_EQ(paths(changes(with, renewed).live), (Paths{"tls.certificate"}));
}

TEST(Changes, AreTakenOverWithTheirOrigin) {
  Config running = loaded("[session]\nmax_history = 9\n");
  const Config next = loaded("[session]\nmax_streams = 7\n[server]\nlisten = \"127.0.0.1:9\"\n");
  adopt(changes(running, next).live, next, running);
  EXPECT_EQ(running.session.max_streams, 7u);
  EXPECT_EQ(running.session.max_history, Config{}.session.max_history);
  EXPECT_EQ(running.server.listen, Config{}.server.listen);
  EXPECT_EQ(running.origins["session.max_streams"], "subd.toml:2:15");
  EXPECT_EQ(running.origins.count("session.max_history"), 0u);
  EXPECT_EQ(changes(running, next).needs_restart, (Paths{"server.listen"}));
}

}  // namespace
}  // namespace subd::config
