#include "cli/parse.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "apps/sample_program.hpp"
#include "cli/exit_code.hpp"

namespace subd::cli {
namespace {

class Parse : public ::testing::Test {
 protected:
  std::optional<int> run(std::vector<const char*> words) {
    words.insert(words.begin(), "tool");
    return parse(program_.app, static_cast<int>(words.size()), words.data(), out_, err_);
  }

  test::SampleProgram program_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Parse, GoesOnWhenTheCommandLineIsRight) {
  EXPECT_EQ(run({"sessions", "ls", "--user", "alice", "--json"}), std::nullopt);
  EXPECT_TRUE(program_.json);
  EXPECT_EQ(program_.user, "alice");
  EXPECT_EQ(out_.str() + err_.str(), "");
}

TEST_F(Parse, HelpOfAVerbGoesToStandardOutputAndEndsWithZero) {
  EXPECT_EQ(run({"sessions", "ls", "--help"}), 0);
  EXPECT_NE(out_.str().find("--user"), std::string::npos);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Parse, SuggestsTheFlagThatWasMeantEvenFromAParent) {
  EXPECT_EQ(run({"status", "--jsno"}), to_int(ExitCode::Usage));
  EXPECT_EQ(err_.str(), "tool: unknown flag '--jsno'; did you mean --json?\nTry 'tool status --help'.\n");
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Parse, NamesTheFlagWithoutItsValue) {
  EXPECT_EQ(run({"sessions", "ls", "--usr=alice"}), to_int(ExitCode::Usage));
  EXPECT_NE(err_.str().find("unknown flag '--usr'; did you mean --user?"), std::string::npos) << err_.str();
}

TEST_F(Parse, SuggestsTheVerbThatWasMeantInsteadOfSayingOneIsMissing) {
  EXPECT_EQ(run({"statsu"}), to_int(ExitCode::Usage));
  EXPECT_EQ(err_.str(), "tool: unknown verb 'statsu'; did you mean status?\nTry 'tool --help'.\n");
}

TEST_F(Parse, SuggestsAVerbOfTheSecondLevel) {
  EXPECT_EQ(run({"sessions", "shw"}), to_int(ExitCode::Usage));
  EXPECT_NE(err_.str().find("unknown verb 'shw'; did you mean show?"), std::string::npos) << err_.str();
}

TEST_F(Parse, ListsTheVerbsWhenNothingIsClose) {
  EXPECT_EQ(run({"xylophone"}), to_int(ExitCode::Usage));
  EXPECT_NE(err_.str().find("it is one of status, sessions, completion\n"), std::string::npos) << err_.str();
}

TEST_F(Parse, SaysThatAVerbIsMissing) {
  EXPECT_EQ(run({}), to_int(ExitCode::Usage));
  EXPECT_NE(err_.str().find("a verb is missing; it is one of status,"), std::string::npos) << err_.str();
}

TEST_F(Parse, NamesAMissingArgument) {
  EXPECT_EQ(run({"sessions", "show"}), to_int(ExitCode::Usage));
  EXPECT_NE(err_.str().find("tool: ID is required"), std::string::npos) << err_.str();
}

TEST_F(Parse, NamesTheChoicesOfAFlag) {
  EXPECT_EQ(run({"status", "--format", "xml"}), to_int(ExitCode::Usage));
  EXPECT_NE(err_.str().find("--format: xml not in {table,plain}"), std::string::npos) << err_.str();
}

TEST_F(Parse, RefusesAnArgumentNobodyAskedFor) {
  EXPECT_EQ(run({"sessions", "show", "1", "2"}), to_int(ExitCode::Usage));
  EXPECT_NE(err_.str().find("unexpected argument '2'"), std::string::npos) << err_.str();
}

TEST_F(Parse, NeverSuggestsWhatIsHidden) {
  EXPECT_EQ(run({"status", "--intrnal"}), to_int(ExitCode::Usage));
  EXPECT_EQ(err_.str().find("--internal"), std::string::npos) << err_.str();
}

TEST_F(Parse, LetsACallbackChooseTheExitCode) {
  program_.app.get_subcommand("status")->callback([] { throw CLI::RuntimeError(to_int(ExitCode::Timeout)); });
  EXPECT_EQ(run({"status"}), 75);
  EXPECT_EQ(err_.str(), "");
}

}  // namespace
}  // namespace subd::cli
