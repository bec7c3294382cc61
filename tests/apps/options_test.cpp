#include "subd/options.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "config/keys.hpp"
#include "support/paths.hpp"

namespace subd {
namespace {

class OptionsOfSubd : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "subd-options-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string file_with(const std::string& toml) {
    const std::filesystem::path file = directory_ / "subd.toml";
    std::ofstream{file} << toml;
    return file.string();
  }

  std::optional<int> run(const std::vector<std::string>& words) {
    std::vector<const char*> argv{"subd"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    return parse_options(static_cast<int>(argv.size()), argv.data(), environment_, out_, err_, options_);
  }

  config::Environment environment_{{"HOME", "/home/nobody"}};
  std::ostringstream out_;
  std::ostringstream err_;
  Options options_;
  std::filesystem::path directory_;
};

TEST_F(OptionsOfSubd, StartWithoutAnyFlag) {
  EXPECT_EQ(run({}), std::nullopt);
  EXPECT_EQ(options_.config.server.listen.text(), "127.0.0.1:8081");
  EXPECT_EQ(out_.str() + err_.str(), "");
}

TEST_F(OptionsOfSubd, EachFlagSetsItsKey) {
  EXPECT_EQ(run({"--listen", "[::1]:0", "--feed", "sim:seed=7", "--state-dir", "/s", "--control", "/c.sock",
                 "--io-threads", "3", "--log-level", "debug", "--log-format", "json"}),
            std::nullopt)
      << err_.str();
  const config::Config& config = options_.config;
  EXPECT_EQ(config.server.listen.text(), "[::1]:0");
  EXPECT_EQ(config.feed.source.text(), "sim:seed=7");
  EXPECT_EQ(config.state.directory, "/s");
  EXPECT_EQ(config.control.socket, "/c.sock");
  EXPECT_EQ(config.server.io_threads, 3u);
  EXPECT_EQ(config.log.level, base::log::Level::Debug);
  EXPECT_EQ(config.log.format, base::log::Format::Json);
  EXPECT_EQ(config.origins.at("feed.source"), "--feed");
}

TEST_F(OptionsOfSubd, SeveralFeedsMakeAList) {
  EXPECT_EQ(run({"--feed", "sim:seed=7,rate=2", "--feed=push"}), std::nullopt) << err_.str();
  EXPECT_EQ(options_.config.feed.source.items, (std::vector<std::string>{"sim:seed=7,rate=2", "push"}));
}

TEST_F(OptionsOfSubd, FlagsWinOverTheFileThatConfigNames) {
  const std::string file = file_with("[server]\nio_threads = 1\nbacklog = 9\n");
  EXPECT_EQ(run({"--config", file, "--io-threads", "2"}), std::nullopt) << err_.str();
  EXPECT_EQ(options_.config.server.io_threads, 2u);
  EXPECT_EQ(options_.config.server.backlog, 9u);
}

TEST_F(OptionsOfSubd, AWrongFlagValueIsAUsageError) {
  EXPECT_EQ(run({"--listen", "here"}), 64);
  EXPECT_EQ(err_.str().rfind("subd: --listen: server.listen = here: must be ADDRESS:PORT", 0), 0u) << err_.str();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(OptionsOfSubd, AnUnknownFlagIsAUsageErrorWithASuggestion) {
  EXPECT_EQ(run({"--lisen", "127.0.0.1:0"}), 64);
  EXPECT_EQ(err_.str(), "subd: unknown flag '--lisen'; did you mean --listen?\nTry 'subd --help'.\n");
}

TEST_F(OptionsOfSubd, AChoiceThatDoesNotExistIsAUsageErrorThatNamesThem) {
  EXPECT_EQ(run({"--log-format", "xml"}), 64);
  EXPECT_NE(err_.str().find("{text,json}"), std::string::npos) << err_.str();
}

TEST_F(OptionsOfSubd, AWrongFileIsAConfigurationErrorWithAllProblems) {
  const std::string file = file_with("[server]\nio_threads = 900\nbaklog = 1\n");
  EXPECT_EQ(run({"--config", file, "--listen", "here"}), 78);
  EXPECT_NE(err_.str().find("subd: " + file + ":2:14: server.io_threads = 900: must be"), std::string::npos);
  EXPECT_NE(err_.str().find("subd: " + file + ":3:1: server.baklog: unknown key; did you mean backlog?"),
            std::string::npos);
  EXPECT_NE(err_.str().find("subd: --listen: "), std::string::npos) << err_.str();
}

TEST_F(OptionsOfSubd, AMissingFileIsAConfigurationError) {
  EXPECT_EQ(run({"--config", "/nonexistent/subd.toml"}), 78);
  EXPECT_EQ(err_.str(), "subd: /nonexistent/subd.toml: cannot be read: No such file or directory\n");
  EXPECT_EQ(run({"--config", ""}), 78);
}

TEST_F(OptionsOfSubd, AWrongVariableIsAConfigurationError) {
  environment_["SUBD_SERVER_IO_THREADS"] = "many";
  EXPECT_EQ(run({}), 78);
  EXPECT_NE(err_.str().find("SUBD_SERVER_IO_THREADS: server.io_threads = many: must be"), std::string::npos);
}

TEST_F(OptionsOfSubd, CheckConfigPrintsEveryKeyAndEnds) {
  EXPECT_EQ(run({"--check-config", "--io-threads", "5"}), 0);
  for (const config::Key& key : config::keys()) {
    EXPECT_NE(out_.str().find("\n" + std::string{key.name} + " = "), std::string::npos) << key.path();
  }
  for (const market::CalendarRules& rules : market::builtin_exchanges()) {
    EXPECT_NE(out_.str().find("\n[exchange." + rules.exchange + "]\n"), std::string::npos) << rules.exchange;
  }
  EXPECT_NE(out_.str().find("io_threads = 5  # --io-threads\n"), std::string::npos) << out_.str();
}

TEST_F(OptionsOfSubd, CheckConfigTellsWhatIsWrong) {
  EXPECT_EQ(run({"--check-config", "--config", file_with("[log]\nlevel = 3\n")}), 78);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(OptionsOfSubd, HelpAndVersionGoToStandardOutput) {
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out_.str().rfind("subd ", 0), 0u);
  EXPECT_EQ(run({"--help"}), 0);
  for (const char* part : {"--config FILE", "--listen ADDR:PORT", "--check-config", "Examples:", "SUBD_SECTION_KEY",
                           "STATE_DIRECTORY", "Exit status"}) {
    EXPECT_NE(out_.str().find(part), std::string::npos) << part;
  }
  EXPECT_EQ(out_.str().find("--completion"), std::string::npos);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(OptionsOfSubd, TheManualDescribesEveryFlagOfTheHelp) {
  std::ifstream file{SUBD_SOURCE_DIR "/man/subd.8"};
  const std::string manual{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(run({"--help"}), 0);
  std::istringstream help{out_.str()};
  const std::array<std::string, 2> kHeads{"\n.It Fl ", "\n.It Fl h , Fl "};
  int flags = 0;
  for (std::string line; std::getline(help, line) && line != "Examples:";) {
    const auto name = line.find("--");
    if (line.rfind("  -", 0) != 0 || name == std::string::npos) continue;
    const std::string flag = line.substr(name + 1, line.find_first_of(" ,", name) - name - 1);
    const bool is_described = std::any_of(kHeads.begin(), kHeads.end(), [&](const std::string& head) {
      const auto at = manual.find(head + flag);
      return at != std::string::npos &&
             std::isspace(static_cast<unsigned char>(manual[at + head.size() + flag.size()]));
    });
    EXPECT_TRUE(is_described) << flag;
    ++flags;
  }
  EXPECT_EQ(flags, 13);
}

TEST_F(OptionsOfSubd, TheCompletionsInTheTreeAreUpToDate) {
  const std::pair<const char*, const char*> kFiles[] = {
      {"bash", "bash/subd"}, {"zsh", "zsh/_subd"}, {"fish", "fish/subd.fish"}};
  for (const auto& [shell, path] : kFiles) {
    out_.str("");
    EXPECT_EQ(run({"--completion", shell}), 0);
    std::ifstream file{std::string{SUBD_SOURCE_DIR "/completions/"} + path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(out_.str(), text) << path << ": write it again with subd --completion " << shell;
  }
}

}  // namespace
}  // namespace subd
