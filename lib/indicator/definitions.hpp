#pragma once

#include "indicator/definition.hpp"

/// Every indicator there is, each defined in the file of its name. A new one needs its file, a line here, one in
/// catalogue.cpp and one in CMakeLists.txt.
namespace subd::indicator {

extern const Definition kAtr;
extern const Definition kBbands;
extern const Definition kCci;
extern const Definition kEma;
extern const Definition kMacd;
extern const Definition kObv;
extern const Definition kRoc;
extern const Definition kRsi;
extern const Definition kSma;
extern const Definition kStdev;
extern const Definition kStoch;
extern const Definition kVwap;
extern const Definition kWma;

}  // namespace subd::indicator
