#pragma once

#include <string>
#include <vector>

#include "control/catalogue_reports.hpp"

/// Reports of instruments and stored bars as JSON; the rules of report_json.hpp.
namespace subd::control {

[[nodiscard]] std::string to_json(const InstrumentReport& instrument);
/// `{"instruments":[..],"known":..,"imported":..,"imported_at":..}`
[[nodiscard]] std::string to_json(const InstrumentList& list);
[[nodiscard]] std::string to_json(const InstrumentImportReport& report);
[[nodiscard]] std::string to_json(const std::vector<StoredStream>& streams);  ///< `{"streams":[..]}`
[[nodiscard]] std::string to_json(const BarImportReport& report);

}  // namespace subd::control
