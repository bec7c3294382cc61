"""Option prices and greeks, written down here once more from the textbook.

Both models give `price delta gamma theta vega rho` with theta per year, vega and rho per 1.00; `on_the_wire` turns them
into the units of the protocol.
"""

import math


def cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def black76(kind, forward, strike, rate, years, iv):
    """Black's formula on a forward. `kind`: CE or PE."""
    sign = 1 if kind == "CE" else -1
    deviation = iv * math.sqrt(years)
    d1 = math.log(forward / strike) / deviation + deviation / 2
    d2 = d1 - deviation
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    discount = math.exp(-rate * years)
    price = discount * sign * (forward * cdf(sign * d1) - strike * cdf(sign * d2))
    decay = discount * forward * density * iv / (2 * math.sqrt(years))
    return {"price": price, "delta": sign * discount * cdf(sign * d1),
            "gamma": discount * density / (forward * deviation), "theta": rate * price - decay,
            "vega": discount * forward * density * math.sqrt(years), "rho": -years * price}


def black_scholes_merton(kind, spot, strike, rate, dividend, years, iv):
    """On a spot that pays a yield."""
    sign = 1 if kind == "CE" else -1
    deviation = iv * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate - dividend + iv * iv / 2) * years) / deviation
    d2 = d1 - deviation
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    of_spot, of_strike = math.exp(-dividend * years), strike * math.exp(-rate * years)
    price = sign * (spot * of_spot * cdf(sign * d1) - of_strike * cdf(sign * d2))
    theta = (-spot * of_spot * density * iv / (2 * math.sqrt(years)) - sign * rate * of_strike * cdf(sign * d2)
             + sign * dividend * spot * of_spot * cdf(sign * d1))
    return {"price": price, "delta": sign * of_spot * cdf(sign * d1), "gamma": of_spot * density / (spot * deviation),
            "theta": theta, "vega": spot * of_spot * density * math.sqrt(years),
            "rho": sign * years * of_strike * cdf(sign * d2)}


def of_implied_spot(kind, forward, strike, rate, dividend, years, iv):
    """Black-Scholes-Merton on the spot that the forward implies."""
    return black_scholes_merton(kind, forward * math.exp((dividend - rate) * years), strike, rate, dividend, years, iv)


def on_the_wire(values):
    return {**values, "theta": values["theta"] / 365, "vega": values["vega"] / 100, "rho": values["rho"] / 100}
