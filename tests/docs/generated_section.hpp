#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "support/paths.hpp"

namespace subd::docs {

/// The text of a document, by its path below the project.
inline std::string document(std::string_view path) {
  std::ifstream file{SUBD_SOURCE_DIR "/" + std::string{path}};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The document says `expected` between the lines `begin` and `end`. With SUBD_UPDATE_DOCS set, writes it there instead
/// of comparing.
inline void expect_section(std::string_view path, std::string_view begin, std::string_view end,
                           const std::string& expected) {
  const std::string text = document(path);
  const std::size_t begins = text.find(begin);
  const std::size_t ends = text.find(end);
  ASSERT_NE(begins, std::string::npos) << path;
  ASSERT_NE(ends, std::string::npos) << path;
  const std::size_t from = begins + begin.size();
  if (std::getenv("SUBD_UPDATE_DOCS") != nullptr) {
    std::ofstream{SUBD_SOURCE_DIR "/" + std::string{path}} << text.substr(0, from) << expected << text.substr(ends);
    return;
  }
  EXPECT_EQ(text.substr(from, ends - from), expected) << path << ": run this test with SUBD_UPDATE_DOCS=1";
}

}  // namespace subd::docs
