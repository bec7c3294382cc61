"""What the figures were taken on."""

import os
import platform
import re
import subprocess
from pathlib import Path

from .peers import PEER_SERVERS, version_of
from .places import PROJECT


def first_line(path, pattern):
    try:
        found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    except OSError:
        return "unknown"
    return found.group(1).strip() if found else "unknown"


def commit():
    done = subprocess.run(["git", "-C", PROJECT, "describe", "--always", "--dirty", "--abbrev=10"], capture_output=True,
                          text=True, check=False)
    return done.stdout.strip() or "unknown"


def memory():
    kilobytes = first_line("/proc/meminfo", r"^MemTotal:\s+(\d+)")
    return f"{int(kilobytes) // 1024:,} MB" if kilobytes.isdigit() else "unknown"


def describe(build):
    cache = build.directory / "CMakeCache.txt"
    kind = first_line(cache, r"^CMAKE_BUILD_TYPE:\w+=(.*)$")
    flags = first_line(cache, rf"^CMAKE_CXX_FLAGS_{kind.upper()}:\w+=(.*)$")
    compiler = first_line(cache, r"^CMAKE_CXX_COMPILER:\w+=(.*)$")
    out = {
        "processor": first_line("/proc/cpuinfo", r"^model name\s*: (.*)$"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": memory(),
        "kernel": platform.release(),
        "system": first_line("/etc/os-release", r'^PRETTY_NAME="(.*)"$'),
        "congestion control": first_line("/proc/sys/net/ipv4/tcp_congestion_control", r"(\w+)"),
        "compiler": f"{version_of([compiler, '--version'], r'^(.*)')}, {flags}",
        "subd": f"{version_of([build.subd, '--version'], r'([0-9]+[.][0-9.]+)')}, {commit()}",
    }
    for peer in PEER_SERVERS:
        if not peer.missing():
            out[peer.name] = peer.version()
    return out
