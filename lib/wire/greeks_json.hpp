#pragma once

#include <string>

#include "wire/greeks.hpp"

/// How greeks and open interest look in every message that carries them. Internal to the module; no allocation once
/// `out` has grown.
namespace subd::wire {

/// Appends the object, or `null`.
void append_greeks(std::string& out, const Greeks& greeks);
void append_open_interest(std::string& out, const OpenInterestFigures& figures);

}  // namespace subd::wire
