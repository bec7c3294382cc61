#pragma once

#include <string>

#include "subctl/invocation.hpp"

namespace subd::subctl {

/// Tells the rows that an import left out on standard error: `subctl: FILE:17: strike must be ...`, and how many more.
void print_problems(const Json& report, const std::string& file);

}  // namespace subd::subctl
