"""Places on a page: boxes as a page is shown, and how a page's own coordinates become those.

Coordinates are points: x to the right, y downwards from the top left corner of the page as shown.
"""

from dataclasses import dataclass

Corners = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """Its extent to the right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Its extent downwards."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def around(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(
            min(self.x0, other.x0),
            min(self.top, other.top),
            max(self.x1, other.x1),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page's own coordinates (ISO 32000-1, 8.3.2.3) become those it is shown in."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page's own, as shown."""
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        if self.rotation == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle between two corners of the page's own, as shown."""
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def frame_of(media: Corners, crop: Corners, rotation: int) -> Frame:
    """What of a page is shown: its crop box as far as it lies in the media box (ISO 32000-1, 14.11.2)."""
    left, bottom, right, top = media
    inside = (max(left, crop[0]), max(bottom, crop[1]), min(right, crop[2]), min(top, crop[3]))
    if inside[0] < inside[2] and inside[1] < inside[3]:
        left, bottom, right, top = inside
    return Frame(left, bottom, right, top, rotation % 360)


def combined(inner: tuple[float, ...], outer: tuple[float, ...]) -> tuple[float, ...]:
    """One matrix for two, the inner applied first (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def moved(matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    """A point after the matrix."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def corners_of(matrix: tuple[float, ...]) -> Corners:
    """The corners of the unit square after the matrix: where a picture stands (8.9.5)."""
    points = [moved(matrix, x, y) for x in (0, 1) for y in (0, 1)]
    xs, ys = [one[0] for one in points], [one[1] for one in points]
    return min(xs), min(ys), max(xs), max(ys)
