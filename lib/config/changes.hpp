#pragma once

#include <string>
#include <vector>

#include "config/keys.hpp"

namespace subd::config {

/// In what two configurations differ.
struct Changes {
  std::vector<const Key*> live;            ///< keys that can change while the daemon serves
  std::vector<std::string> needs_restart;  ///< paths of the others, and `exchange.NAME`
};

/// From the one in force to one that was loaded anew.
[[nodiscard]] Changes changes(const Config& running, const Config& loaded);

/// Takes over the values of those keys, with where they come from.
void adopt(const std::vector<const Key*>& keys, const Config& loaded, Config& running);

}  // namespace subd::config
