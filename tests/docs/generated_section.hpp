#pragma once

#include <gtest/gtest.h>

#include <algorithm>
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
inline testing::AssertionResult section_agrees(std::string_view path, std::string_view begin, std::string_view end,
                                               const std::string& expected) {
  const std::string text = document(path);
  const std::size_t begins = text.find(begin);
  const std::size_t ends = text.find(end);
  if (begins == std::string::npos || ends == std::string::npos) {
    return testing::AssertionFailure() << path << " has no section between " << begin << " and " << end;
  }
  const std::size_t from = begins + begin.size();
  if (std::getenv("SUBD_UPDATE_DOCS") != nullptr) {
    std::ofstream{SUBD_SOURCE_DIR "/" + std::string{path}} << text.substr(0, from) << expected << text.substr(ends);
    return testing::AssertionSuccess();
  }
  const std::string found = text.substr(from, ends - from);
  if (found == expected) return testing::AssertionSuccess();
  const auto differs = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end()).second;
  const auto at = static_cast<std::size_t>(differs - expected.begin());
  return testing::AssertionFailure() << path << " differs where it should say: " << expected.substr(at, 200)
                                     << "\nrun this test with SUBD_UPDATE_DOCS=1";
}

}  // namespace subd::docs
