#include "cli/completion.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "apps/sample_program.hpp"

namespace subd::cli {
namespace {

/// A completion script on disk, and the shell it is for.
class Completion : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "subd-completion-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string write(Shell shell) {
    const std::filesystem::path file = directory_ / "script";
    std::ofstream{file} << completion_script(program_.app, shell);
    return file.string();
  }

  static bool is_installed(const std::string& shell) {
    return std::system(("command -v " + shell + " >/dev/null 2>&1").c_str()) == 0;
  }

  /// The lines that `command` prints, with anything after a tab cut off.
  std::set<std::string> lines_of(const std::string& command) {
    std::set<std::string> lines;
    const std::filesystem::path output = directory_ / "output";
    EXPECT_EQ(std::system((command + " >" + output.string() + " 2>/dev/null").c_str()), 0) << command;
    std::ifstream in{output};
    for (std::string line; std::getline(in, line);) {
      if (!line.empty()) lines.insert(line.substr(0, line.find('\t')));
    }
    return lines;
  }

  std::set<std::string> bash(const std::string& words) {
    return lines_of("bash -c 'source " + write(Shell::Bash) + "; COMP_WORDS=(" + words +
                    "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tool; printf \"%s\\n\" \"${COMPREPLY[@]}\"'");
  }

  std::set<std::string> fish(const std::string& line) {
    return lines_of("fish --no-config -c 'source " + write(Shell::Fish) + "; complete -C\"" + line + "\"'");
  }

  using Words = std::set<std::string>;
  test::SampleProgram program_;
  std::filesystem::path directory_;
};

TEST_F(Completion, BashCompletesVerbsOfBothLevels) {
  if (!is_installed("bash")) GTEST_SKIP() << "bash is not installed";
  EXPECT_EQ(bash("tool \"\""), (Words{"status", "sessions", "completion"}));
  EXPECT_EQ(bash("tool se"), (Words{"sessions"}));
  EXPECT_EQ(bash("tool --control /tmp/x sessions \"\""), (Words{"ls", "show"}));
}

TEST_F(Completion, BashCompletesFlagsOfTheVerbAndOfItsParents) {
  if (!is_installed("bash")) GTEST_SKIP() << "bash is not installed";
  EXPECT_EQ(bash("tool sessions ls --"), (Words{"--user", "--json", "--format", "--control", "--help"}));
  EXPECT_EQ(bash("tool status --u"), Words{});
}

TEST_F(Completion, BashCompletesChoicesOfFlagsAndArguments) {
  if (!is_installed("bash")) GTEST_SKIP() << "bash is not installed";
  EXPECT_EQ(bash("tool --format \"\""), (Words{"table", "plain"}));
  EXPECT_EQ(bash("tool --format = p"), Words{"plain"});
  EXPECT_EQ(bash("tool completion f"), Words{"fish"});
  EXPECT_EQ(bash("tool completion fish \"\""), Words{});
}

TEST_F(Completion, BashTakesTheValueOfAFlagForNoVerb) {
  if (!is_installed("bash")) GTEST_SKIP() << "bash is not installed";
  EXPECT_EQ(bash("tool --control sessions \"\""), (Words{"status", "sessions", "completion"}));
  EXPECT_EQ(bash("tool --control = a : b : sessions \"\""), Words({"status", "sessions", "completion"}));
}

TEST_F(Completion, FishCompletesTheSameWords) {
  if (!is_installed("fish")) GTEST_SKIP() << "fish is not installed";
  EXPECT_EQ(fish("tool "), (Words{"status", "sessions", "completion"}));
  EXPECT_EQ(fish("tool --control /tmp/x sessions "), (Words{"ls", "show"}));
  EXPECT_EQ(fish("tool sessions ls --us"), Words{"--user"});
  EXPECT_EQ(fish("tool --format "), (Words{"table", "plain"}));
  EXPECT_EQ(fish("tool completion f"), Words{"fish"});
  EXPECT_EQ(fish("tool status --us"), Words{});
}

TEST_F(Completion, ZshScriptIsValidAndHasAFunctionPerVerb) {
  if (!is_installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  EXPECT_EQ(std::system(("zsh -n " + write(Shell::Zsh)).c_str()), 0);
  const std::string script = completion_script(program_.app, Shell::Zsh);
  EXPECT_EQ(script.rfind("#compdef tool\n", 0), 0u);
  for (const char* function : {"_tool() {", "_tool_status() {", "_tool_sessions_ls() {", "_tool_sessions_show() {"}) {
    EXPECT_NE(script.find(function), std::string::npos) << function;
  }
  EXPECT_NE(script.find(R"('(--json)--json[Print JSON\: it'\''s stable \[v1\]]')"), std::string::npos) << script;
  EXPECT_NE(script.find("--format=[How to print]:TEXT:(table plain)"), std::string::npos) << script;
}

TEST_F(Completion, NoShellIsToldWhatIsHidden) {
  for (const Shell shell : {Shell::Bash, Shell::Zsh, Shell::Fish}) {
    const std::string script = completion_script(program_.app, shell);
    EXPECT_EQ(script.find("internal"), std::string::npos);
    EXPECT_EQ(script.find("debug"), std::string::npos);
  }
}

TEST(ParseShell, KnowsThreeShells) {
  EXPECT_EQ(parse_shell("bash"), Shell::Bash);
  EXPECT_EQ(parse_shell("zsh"), Shell::Zsh);
  EXPECT_EQ(parse_shell("fish"), Shell::Fish);
  EXPECT_EQ(parse_shell("Bash"), std::nullopt);
  EXPECT_EQ(parse_shell(""), std::nullopt);
}

}  // namespace
}  // namespace subd::cli
