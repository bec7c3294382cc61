#include "wire/greeks_json.hpp"

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::wire {
namespace {

/// One overload for each alternative of the variants.
struct Writer {
  std::string& out;

  void field(std::string_view name, double value) const {
    out += out.back() == '{' ? "\"" : ",\"";
    out += name;
    out += "\":";
    base::append_number(out, value);
  }

  void operator()(std::monostate) const { out += "null"; }

  void operator()(const OptionGreeks& greeks) const {
    out += '{';
    field("iv", greeks.iv);
    field("delta", greeks.delta);
    field("gamma", greeks.gamma);
    field("theta", greeks.theta);
    field("vega", greeks.vega);
    field("rho", greeks.rho);
    out += R"(,"model":)";
    base::append_json_string(out, greeks.model);
    field("forward", greeks.forward);
    field("rate", greeks.rate);
    field("t_years", greeks.years);
    out += '}';
  }

  void option(std::string_view name, const std::optional<OptionGreeks>& greeks) const {
    out += ",\"";
    out += name;
    out += "\":";
    greeks ? (*this)(*greeks) : (*this)(std::monostate{});
  }

  void operator()(const ChainGreeks& greeks) const {
    out += R"({"expiry":")";
    base::append_date(out, greeks.expiry);
    out += '"';
    field("atm_strike", greeks.atm_strike);
    field("atm_iv", greeks.atm_iv);
    option("call", greeks.call);
    option("put", greeks.put);
    field("pcr", greeks.pcr);
    out += '}';
  }

  void operator()(const OpenInterest& figures) const {
    out += '{';
    field("oi", figures.oi);
    field("change", figures.change);
    out += '}';
  }

  void operator()(const ChainOpenInterest& figures) const {
    out += '{';
    field("call_oi", figures.call_oi);
    field("put_oi", figures.put_oi);
    field("pcr", figures.pcr);
    out += '}';
  }
};

}  // namespace

void append_greeks(std::string& out, const Greeks& greeks) {
  std::visit(Writer{out}, greeks);
}

void append_open_interest(std::string& out, const OpenInterestFigures& figures) {
  std::visit(Writer{out}, figures);
}

}  // namespace subd::wire
