"""What is measured: the workloads with their contenders and targets, the fixed rate, the growth."""

from dataclasses import dataclass

from .peers import PEER_SERVERS
from .servers import Floor, Subd, SubdTls

MARKET = ["--streams", 50, "--least-indicators", 1, "--most-indicators", 6]
WATCH_LIST = ["--streams", 20, "--streams-per-tab", 20, "--least-indicators", 1, "--most-indicators", 6, "--together"]


@dataclass(frozen=True)
class Contender:
    """A server with the arguments of its client; its name is a column of the table."""

    name: str
    server: type
    arguments: tuple = ()


@dataclass(frozen=True)
class Workload:
    """Contenders that are measured in turns. All are compared with the first; `target` is how much more a message of
    subd may cost than one of that, None where there is no such promise."""

    key: str
    title: str
    arguments: list
    contenders: tuple
    target: float | None = None


FLOOR = Contender("floor", Floor)
SUBD = Contender("subd", Subd, ("--metrics",))
SUBD_TLS = Contender("subd", SubdTls, ("--metrics",))
PEERS = tuple(Contender(peer.name, peer) for peer in PEER_SERVERS)


def fan_out(tabs):
    return Workload(f"F-{tabs}", f"fan-out, 1 stream, {tabs:,} tabs, the same view", ["--tabs", tabs, "--same-view"],
                    (FLOOR, SUBD, *PEERS), 1.15)


def market(tabs):
    return Workload(f"M-{tabs}", f"isolated market, 50 streams, {tabs:,} tabs with 1-6 of 20 indicators of one each",
                    ["--tabs", tabs, *MARKET], (FLOOR, SUBD), 1.35)


def through_tls(workload, target):
    """The same against the same floor, which stays plain."""
    return Workload(f"T-{workload.key}", f"{workload.key} through TLS, against the plain floor", workload.arguments,
                    (FLOOR, SUBD_TLS), target)


def workloads():
    """Those of the table, in its order."""
    churn = ["--tabs", 2000, *MARKET, "--closed-bars"]
    return [
        fan_out(100), fan_out(1000), fan_out(5000),
        Workload("F16-1000", "fan-out as above, 1,000 tabs, 16 closed bars under way",
                 ["--tabs", 1000, "--same-view", "--window", 16],
                 (FLOOR, Contender("subd", Subd, ("--metrics", "--closed-bars")), *PEERS), 0.15),
        market(1000), market(5000),
        Workload("W-1000", "watch list, 1,000 tabs with 20 streams each, bursts of 20 updates",
                 ["--tabs", 1000, *WATCH_LIST], (FLOOR, SUBD), 0.22),
        Workload("C-2000", "churn: the market with 2,000 tabs that change a subscription 5 times a second, "
                 "against the same without", churn,
                 (Contender("still", Subd), Contender("subd", Subd, ("--churn", 5))), 1.3),
        through_tls(fan_out(1000), 1.6), through_tls(market(1000), None),
    ]


SMOKE = ("F-100", "F16-1000", "M-1000", "W-1000", "C-2000", "T-F-1000", "M, subd on one core", "hold",
         "pingers")


def capped(arguments, most_tabs):
    """The same with fewer tabs."""
    out = list(arguments)
    if "--tabs" in out:
        at = out.index("--tabs") + 1
        out[at] = min(out[at], most_tabs)
    return out


RATE = 50_000
RATE_TABS = 1000
RATE_P99_US = 5000


def growth():
    """Panels of the plot: what grows, and the arguments at each size."""
    return {
        "tabs": {tabs: ["--tabs", tabs, *MARKET] for tabs in (100, 300, 1000, 3000, 10_000)},
        "streams": {streams: ["--tabs", 2000, "--streams", streams, "--least-indicators", 1, "--most-indicators", 6]
                    for streams in (1, 10, 100, 1000)},
        "indicators": {count: ["--tabs", 1000, "--same-view", "--of-indicators", 32, "--least-indicators", count,
                               "--most-indicators", count] for count in (1, 2, 4, 8, 16, 32)},
    }
