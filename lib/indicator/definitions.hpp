#pragma once

#include "indicator/definition.hpp"

/// Every indicator there is, each defined in the file of its name. A new one needs its file, a line here, one in
/// catalogue.cpp and one in CMakeLists.txt.
namespace subd::indicator {

extern const Definition kAdx;
extern const Definition kAo;
extern const Definition kAroon;
extern const Definition kAtr;
extern const Definition kBbands;
extern const Definition kCci;
extern const Definition kChop;
extern const Definition kCmf;
extern const Definition kDema;
extern const Definition kDonchian;
extern const Definition kEma;
extern const Definition kHma;
extern const Definition kIchimoku;
extern const Definition kKama;
extern const Definition kKc;
extern const Definition kLinreg;
extern const Definition kMacd;
extern const Definition kMfi;
extern const Definition kMom;
extern const Definition kNatr;
extern const Definition kObv;
extern const Definition kPivots;
extern const Definition kPpo;
extern const Definition kPsar;
extern const Definition kRoc;
extern const Definition kRsi;
extern const Definition kSma;
extern const Definition kStdev;
extern const Definition kStoch;
extern const Definition kStochrsi;
extern const Definition kSupertrend;
extern const Definition kTema;
extern const Definition kTrix;
extern const Definition kTsi;
extern const Definition kUo;
extern const Definition kVwap;
extern const Definition kVwapbands;
extern const Definition kVwma;
extern const Definition kWillr;
extern const Definition kWma;
extern const Definition kZscore;

}  // namespace subd::indicator
