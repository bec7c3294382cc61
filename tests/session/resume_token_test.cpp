#include "session/resume_token.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace subd::session {
namespace {

TEST(ResumeToken, NamesTheIoThread) {
  for (const std::size_t io_thread : {0u, 1u, 15u, 16u, 255u}) {
    EXPECT_EQ(io_thread_of(ResumeToken{io_thread}.text()), io_thread);
  }
}

TEST(ResumeToken, IsNeverTheSame) {
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) tokens.emplace(ResumeToken{0}.text());
  EXPECT_EQ(tokens.size(), 1000u);
}

TEST(ResumeToken, IsUsableAsASubprotocol) {
  EXPECT_EQ(ResumeToken{7}.text().find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(ResumeToken{7}.text().size(), 34u);
}

TEST(ResumeToken, HasNoTextWhereThereIsNone) {
  EXPECT_EQ(ResumeToken{}.text(), "");
}

TEST(ResumeToken, WhatNobodyMadeNamesNoThread) {
  const std::string token{ResumeToken{3}.text()};
  for (const std::string& text : {std::string{}, token.substr(1), token + "0", token.substr(0, 33) + "g",
                                  token.substr(0, 33) + "A", std::string(34, '%')}) {
    EXPECT_EQ(io_thread_of(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace subd::session
