#pragma once

#include <string>

#include "market/bar.hpp"

/// How a bar looks in every message that carries one. Internal to the module; no allocation once `out` has grown.
namespace subd::wire {

/// Appends `"time":..,"open":..,"high":..,"low":..,"close":..,"volume":..`, without braces.
void append_bar_fields(std::string& out, const market::Bar& bar);

}  // namespace subd::wire
