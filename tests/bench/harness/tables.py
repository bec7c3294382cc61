"""The results as Markdown."""

from .workloads import PEERS, RATE, RATE_P99_US, RATE_TABS

IDLE_BYTES = 1536
IDLE_TLS_BYTES = 16 * 1024
SUBSCRIPTION_BYTES = 150
CONNECTS_PER_SECOND = 5000


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---" for _ in head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def verdict(value, target):
    if target is None:
        return ""
    return "met" if value <= target else "missed"


def costs(results):
    """Microseconds of processor time per delivered message, and the ratio to the floor of the same rounds."""
    peers = [peer.name for peer in PEERS if peer.name not in results.get("skipped", {})]
    rows = []
    for key, one in results["workloads"].items():
        base, subd = one[one["against"]], one["subd"]
        cells = [f"{one[name]['us_per_message']:.2f} ({one[name]['ratio']:.2f})" if name in one else "" for name in peers]
        rows.append([f"**{key}** {one['title']}", f"{base['us_per_message']:.2f}",
                     f"{subd['us_per_message']:.2f} [{subd['least_us']:.2f}-{subd['most_us']:.2f}]",
                     f"**{subd['ratio']:.2f}**", f"{one['target']:.2f}" if one["target"] else "",
                     verdict(subd["ratio"], one["target"]), *cells])
    return table(["workload", "floor", "subd", "ratio", "target", "", *peers], rows)


def bursts(results):
    """What the counters of subd say of the same runs."""
    rows = []
    for key, one in results["workloads"].items():
        report = one["subd"]["reports"][-1]
        counters = report["counters"]
        updates = counters.get("subd_updates_total", 0)
        if not updates:
            continue
        sends = counters["subd_send_calls_total"] - counters.get("subd_received_messages_total", 0)
        rows.append([f"**{key}**", f"{report['publications']:,}", f"{updates:,}",
                     f"{counters.get('subd_bursts_total', 0):,}", f"{counters.get('subd_fragments_total', 0) / updates:.2f}", f"{report['messages']:,}",
                     f"{sends:,}", f"{report['messages'] / sends:.2f}"])
    return table(["workload", "ticks published", "updates built", "bursts", "fragments an update", "messages", "sends to tabs",
                  "messages a send"], rows)


def rates(results):
    rows = []
    for key, one in results["rate"].items():
        latency = one["latency_us"]
        rows.append([key, *(f"{latency[name] / 1000:.2f}" for name in ("p50", "p90", "p99", "p999", "max")),
                     verdict(latency["p99"], RATE_P99_US) if "subd" in key else "", f"{100 * one['conflated_share']:.1f} %", f"{one['server_us_per_message']:.2f}"])
    return table([f"{RATE:,} messages/s, {RATE_TABS:,} tabs", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms",
                  f"p99 at most {RATE_P99_US / 1000:.0f} ms",
                  "conflated", "us/message"], rows)


def held(results):
    rows = []
    for name, idle_bytes in (("subd", IDLE_BYTES), ("subd, TLS", IDLE_TLS_BYTES)):
        one = results["hold"].get(name)
        if one is None:
            continue
        where = " through TLS" if "TLS" in name else ""
        rows.append([f"memory of one of {one['connections']:,.0f} idle connections{where}",
                     f"{one['bytes_per_connection']:,.0f} bytes", f"{idle_bytes:,} bytes",
                     verdict(one["bytes_per_connection"], idle_bytes)])
        if where:
            rows.append([f"connections accepted, upgraded and greeted in a second{where}",
                         f"{one['connects_per_second']:,.0f}", "", ""])
            continue
        rows += [
            [f"and of one of {one['subscriptions']:,.0f} subscriptions beside",
             f"{one['bytes_per_subscription']:,.0f} bytes", f"{SUBSCRIPTION_BYTES} bytes",
             verdict(one["bytes_per_subscription"], SUBSCRIPTION_BYTES)],
            ["connections accepted, upgraded and greeted in a second", f"{one['connects_per_second']:,.0f}",
             f"{CONNECTS_PER_SECOND:,}", verdict(-one["connects_per_second"], -CONNECTS_PER_SECOND)]]
    return table(["what is held", "measured", "target", ""], rows)


def abuses(results):
    """What the good tabs notice, and what becomes of the others."""
    rows = []
    for key, one in results["abuse"].items():
        alone, beside = one["latency_alone"], one["latency_beside"]
        ends = {}
        for fate in one["fates"]:
            for name, count in fate["fates"].items():
                ends[name] = ends.get(name, 0) + count
        life = max((fate["life_seconds"]["p50"] for fate in one["fates"]), default=0)
        seen = ", ".join(f"{count:,} {name}" for name, count in sorted(ends.items()))
        told = ", ".join(f"{count:,} {reason}" for reason, count in sorted(one["counted"].items()))
        memory = " / ".join(f"{one['resident'][when] / 2**20:.0f}" for when in ("before", "peak", "after"))
        rows.append([f"**{key}** {one['count']:,} {one['title']}",
                     *(f"{alone[name] / 1000:.1f} / {beside[name] / 1000:.1f}" for name in ("p50", "p99", "max")),
                     f"**{beside['p99'] / alone['p99']:.2f}**", f"{one['wrong']:,}",
                     f"{100 * one['conflated_share']['alone']:.1f} / {100 * one['conflated_share']['beside']:.1f}",
                     seen or "none seen", f"{life:.1f}" if seen else "", told, memory])
    return table(["abusers", "p50 ms without / with", "p99 ms", "max ms", "ratio of p99", "lost or wrong", "conflated %",
                  "ends they saw", "after s", "subd counts", "resident MiB before / peak / after"], rows)


def grown(results):
    rows = []
    for key, one in results["growth"].items():
        panel, size = key.split()
        rows.append([panel, f"{int(size):,}", f"{one['floor']:.2f}", f"{one['subd']:.2f}",
                     f"{one['subd'] / one['floor']:.2f}"])
    return table(["what grows", "to", "floor", "subd", "ratio"], rows)


def page(results):
    parts = [f"Taken on {results['date']} by `{results['command']}`.", ""]
    parts += [f"* {name}: {value}" for name, value in results["machine"].items()]
    parts += [f"* skipped: {name}, {why}" for name, why in results.get("skipped", {}).items()]
    parts += [f"* failed: {name}, {why.splitlines()[0]}" for name, why in results.get("failed", {}).items()]
    for part, title, show in (
            ("workloads", "Cost of a message", costs),
            ("workloads", "Cost per burst, not per tab", bursts),
            ("rate", "Latency at a fixed rate", rates),
            ("hold", "Memory and connect storm", held),
            ("abuse", "Good tabs beside abusers", abuses),
            ("growth", "Growth", grown)):
        if results.get(part):
            parts += ["", f"### {title}", "", show(results)]
    if results.get("growth"):
        parts += ["", "![us per message as tabs, streams and indicators grow](performance.svg)"]
    return "\n".join(parts) + "\n"
