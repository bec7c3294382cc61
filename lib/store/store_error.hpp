#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace subd::store {

/// Why the store could not do something.
struct StoreError {
  enum class Kind : std::uint8_t {
    Failed,   ///< an error of the system: permissions, input and output; may pass
    Full,     ///< no space left on the device, or over a quota; may pass
    Corrupt,  ///< the file is damaged or is no database; stays until somebody repairs or replaces it
    Newer,    ///< the file was written by a newer subd; stays
  };
  Kind kind = Kind::Failed;
  std::string message;  ///< for a person; names the file or what was being done
};

template <class T>
using Result = base::Result<T, StoreError>;

}  // namespace subd::store
