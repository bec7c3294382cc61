"""The growth as an SVG of three panels, without a library."""

import math

WIDTH, HEIGHT = 320, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 30, 40
COLOURS = {"floor": "#8a8f98", "subd": "#1f6feb"}


def panels(results):
    out = {}
    for key, one in results["growth"].items():
        name, size = key.split()
        out.setdefault(name, []).append((int(size), one))
    return out


def text(x, y, content, size=11, anchor="middle", colour="#444"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">'
            f"{content}</text>")


def panel(name, points, most, shift):
    sizes = [size for size, _ in points]
    low, high = math.log(sizes[0]), math.log(sizes[-1]) if len(sizes) > 1 else math.log(sizes[0]) + 1
    def x_of(size):
        return shift + LEFT + (math.log(size) - low) / (high - low) * (WIDTH - LEFT - RIGHT)
    def y_of(value):
        return TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM)
    parts = [text(shift + WIDTH / 2, 18, f"{name}", 13, colour="#111")]
    for step in range(5):
        value = most * step / 4
        parts.append(f'<line x1="{shift + LEFT}" x2="{shift + WIDTH - RIGHT}" y1="{y_of(value):.1f}" '
                     f'y2="{y_of(value):.1f}" stroke="#ddd"/>')
        parts.append(text(shift + LEFT - 6, y_of(value) + 4, f"{value:.1f}", anchor="end"))
    parts += [text(x_of(size), HEIGHT - BOTTOM + 16, f"{size:,}") for size in sizes]
    for server, colour in COLOURS.items():
        line = " ".join(f"{x_of(size):.1f},{y_of(one[server]):.1f}" for size, one in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x_of(size):.1f}" cy="{y_of(one[server]):.1f}" r="3" fill="{colour}"/>'
                  for size, one in points]
    return parts


def draw(results):
    drawn = panels(results)
    most = math.ceil(max(one[server] for points in drawn.values() for _, one in points for server in COLOURS))
    parts = []
    for number, (name, points) in enumerate(drawn.items()):
        parts += panel(name, points, most, number * WIDTH)
    width = WIDTH * len(drawn)
    legend = [text(width / 2 - 90, HEIGHT - 4, "us of processor time per message:", anchor="end"),
              *(text(width / 2 - 60 + 60 * number, HEIGHT - 4, server, colour=colour)
                for number, (server, colour) in enumerate(COLOURS.items()))]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" font-family="sans-serif">\n'
            f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>\n' + "\n".join(parts + legend) + "\n</svg>\n")
