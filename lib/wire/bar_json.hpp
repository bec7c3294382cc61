#pragma once

#include <optional>
#include <string>

#include "market/bar.hpp"
#include "wire/server_message.hpp"

/// How bars and open interest look in every message that carries them. Internal to the module; no allocation once
/// `out` has grown.
namespace subd::wire {

/// Appends `"time":..,"open":..,"high":..,"low":..,"close":..,"volume":..`, without braces.
void append_bar_fields(std::string& out, const market::Bar& bar);

/// Appends `{"oi":..,"change":..}`, or `null` when there is none.
void append_open_interest(std::string& out, const std::optional<OpenInterest>& oi);

}  // namespace subd::wire
