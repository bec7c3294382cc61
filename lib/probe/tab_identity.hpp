#pragma once

#include <cstddef>
#include <string>

namespace subd::probe {

/// A tab of a run, counted from 0.
using TabId = std::size_t;

struct TabIdentity {
  std::string name;     ///< in reports
  std::string user;     ///< user id of the token; empty: not known
  std::string session;  ///< session claim of the token; empty: not known
};

}  // namespace subd::probe
