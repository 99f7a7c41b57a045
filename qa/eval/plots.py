"""Plots as SVG text, to stand inside a page: no script, no font, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BELOW = 460, 260, 48, 36
COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#666666")
Point = tuple[float, float]


def lines(title: str, series: Mapping[str, Sequence[Point]], *, across: str, up: str) -> str:
    """Line plot of each series; both axes run from the data's own range, up from zero to at least one."""
    xs = [x for points in series.values() for x, _ in points] or [0.0, 1.0]
    low, high = min(xs), max(xs)
    top = max([1.0, *(y for points in series.values() for _, y in points)])
    spread = (high - low) or 1.0

    def place(point: Point) -> str:
        x = LEFT + (point[0] - low) / spread * (WIDTH - LEFT - 12)
        y = HEIGHT - BELOW - point[1] / top * (HEIGHT - BELOW - 28)
        return f"{x:.1f},{y:.1f}"

    drawn = []
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(place(point) for point in points)
        drawn.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{path}"/>')
        drawn.append(_text(LEFT + 8 + number * 92, 38, name, fill=colour))
    ticks = [_text(LEFT - 6, HEIGHT - BELOW - share * (HEIGHT - BELOW - 28) + 4, f"{share * top:.2g}", anchor="end")
             for share in (0, 0.25, 0.5, 0.75, 1)]  # fmt: skip
    ends = [
        _text(LEFT, HEIGHT - 18, f"{low:.3g}"),
        _text(WIDTH - 12, HEIGHT - 18, f"{high:.3g}", anchor="end"),
    ]
    return _figure(title, [*_frame(across, up), *ticks, *ends, *drawn])


def bars(title: str, heights: Mapping[str, float], *, up: str) -> str:
    """One horizontal bar for each name, with its number."""
    top = max(heights.values(), default=0.0) or 1.0
    drawn = []
    for number, (name, value) in enumerate(heights.items()):
        y = 40 + number * 36
        drawn.append(_text(4, y, f"{name}: {value:g} {up}".rstrip()))
        width = value / top * (WIDTH - 16)
        drawn.append(f'<rect x="4" y="{y + 5}" width="{width:.1f}" height="12" fill="{COLOURS[0]}"/>')
    return _figure(title, drawn)


def _frame(across: str, up: str) -> list[str]:
    bottom = HEIGHT - BELOW
    return [
        f'<path d="M{LEFT} 28V{bottom}H{WIDTH - 12}" fill="none" stroke="#999"/>',
        _text((LEFT + WIDTH) / 2, HEIGHT - 4, across, anchor="middle"),
        f'<text transform="translate(12 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]


def _text(x: float, y: float, words: str, *, anchor: str = "start", fill: str = "#333") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{fill}">{escape(words)}</text>'


def _figure(title: str, parts: Sequence[str]) -> str:
    label = escape(title, quote=True)
    head = f'<svg role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return f'{head}<text x="4" y="16" font-weight="bold">{label}</text>{"".join(parts)}</svg>'
