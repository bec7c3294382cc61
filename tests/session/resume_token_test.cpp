#include "session/resume_token.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace subd::session {
namespace {

TEST(ResumeToken, NamesTheIoThread) {
  for (const std::size_t io_thread : {0u, 1u, 15u, 16u, 255u}) {
    EXPECT_EQ(io_thread_of(make_resume_token(io_thread)), io_thread);
  }
}

TEST(ResumeToken, IsNeverTheSame) {
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) tokens.insert(make_resume_token(0));
  EXPECT_EQ(tokens.size(), 1000u);
}

TEST(ResumeToken, IsUsableAsASubprotocol) {
  EXPECT_EQ(make_resume_token(7).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(make_resume_token(7).size(), 34u);
}

TEST(ResumeToken, WhatNobodyMadeNamesNoThread) {
  const std::string token = make_resume_token(3);
  for (const std::string& text : {std::string{}, token.substr(1), token + "0", token.substr(0, 33) + "g",
                                  token.substr(0, 33) + "A", std::string(34, '%')}) {
    EXPECT_EQ(io_thread_of(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace subd::session
