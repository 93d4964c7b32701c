"""Made-up landscapes: what the sample card shows instead of anybody's real footage.

A :class:`Scene` is a sky and a few colours; :func:`layers` turns it into a stack of pictures, far to near, each
wider than the frame by what it will move::

    sky ── stars, sun or moon, clouds      moves 0
    ridge 1 (colour of the haze)           moves a little
    …
    ridge n (dark), with trees or houses   moves most

:func:`still` flattens the stack; :func:`moving` shifts the layers against each other, as a slow pan does.
The same seed always draws the same picture.
"""

import itertools
import random
from collections.abc import Iterator
from typing import Final, Literal

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from tamizdat.dataclass import dataclass

Colour = tuple[int, int, int]
Size = tuple[int, int]

RIDGES: Final = 6
FINE: Final = 2  #: masks are drawn this much larger and then reduced, so that edges are smooth


@dataclass(frozen=True)
class Scene:
    """Colours and things of one landscape. *sun* is where it stands (in parts of the frame), its radius and colour."""

    name: str
    sky: tuple[Colour, Colour, Colour]  # zenith, middle, horizon
    far: Colour
    near: Colour
    sun: tuple[float, float, float, Colour] | None = None
    ground: Literal["pines", "town", "dunes"] = "pines"
    rough: float = 0.55
    stars: int = 0
    clouds: float = 0.5
    water: float = 0.0  # the part of the frame, from below, that mirrors what is above


SCENES: Final = (
    Scene(
        "dawn in the valley", ((72, 92, 138), (214, 152, 138), (250, 214, 165)), (205, 165, 160), (30, 38, 52),
        sun=(0.68, 0.47, 0.045, (255, 238, 205)), clouds=0.6,
    ),
    Scene(
        "the lake at noon", ((52, 110, 178), (120, 172, 214), (216, 232, 238)), (158, 188, 208), (28, 58, 58),
        rough=0.62, clouds=0.9, water=0.34,
    ),
    Scene(
        "the town at dusk", ((34, 34, 74), (120, 70, 108), (240, 138, 92)), (146, 92, 114), (22, 18, 34),
        sun=(0.3, 0.52, 0.05, (255, 196, 120)), ground="town", clouds=0.7,
    ),
    Scene(
        "night above the road", ((7, 11, 30), (18, 30, 62), (52, 72, 104)), (40, 56, 86), (4, 7, 15),
        sun=(0.76, 0.2, 0.032, (244, 240, 222)), ground="town", stars=900, clouds=0.15,
    ),
    Scene(
        "rain in the gorge", ((128, 142, 146), (168, 180, 178), (206, 212, 206)), (176, 190, 186), (32, 52, 48),
        rough=0.68, clouds=1.0,
    ),
    Scene(
        "dunes", ((66, 120, 160), (188, 190, 170), (246, 220, 170)), (228, 186, 132), (124, 66, 34),
        sun=(0.22, 0.24, 0.04, (255, 246, 220)), ground="dunes", rough=0.34, clouds=0.2,
    ),
    Scene(
        "evening on the reservoir", ((58, 50, 104), (196, 104, 126), (252, 186, 128)), (170, 110, 132), (26, 22, 44),
        sun=(0.55, 0.5, 0.05, (255, 226, 170)), clouds=0.8, water=0.38,
    ),
    Scene(
        "snow", ((158, 176, 198), (204, 214, 224), (240, 240, 238)), (206, 216, 226), (70, 86, 104),
        rough=0.5, clouds=0.8,
    ),
)  # fmt: skip


def still(scene: Scene, size: Size, seed: int) -> Image.Image:
    """Draw one picture of *scene*, *size* in pixels."""
    stack = layers(scene, size, seed, pan=0)
    return _with_grain(_flatten(scene, stack, size, 0.0), seed)


def moving(scene: Scene, size: Size, seed: int, frames: int) -> Iterator[Image.Image]:
    """Draw a slow pan over *scene* from left to right, as that many *frames*, one by one."""
    stack = layers(scene, size, seed, pan=size[0] // 4)
    for number in range(frames):
        yield _flatten(scene, stack, size, number / max(1, frames - 1))


def layers(scene: Scene, size: Size, seed: int, pan: int) -> list[Image.Image]:
    """Draw the layers of *scene*, far to near.

    The nearest ridge is wider than *size* by *pan* pixels, the sky not at all.
    """
    chance = random.Random(f"{scene.name} {seed}")  # noqa: S311 -- a drawing, no secret
    stack = [_sky(scene, size, chance)]
    for number in range(RIDGES):
        depth = (number + 1) / RIDGES
        stack.append(_ridge(scene, (size[0] + int(pan * depth**2), size[1]), depth, chance))
    return stack


def _flatten(scene: Scene, stack: list[Image.Image], size: Size, position: float) -> Image.Image:
    picture = stack[0].copy()
    for layer in stack[1:]:
        left = int((layer.width - size[0]) * position)
        cut = layer.crop((left, 0, left + size[0], size[1]))
        picture.paste(cut, (0, 0), cut)
    if scene.water:
        _mirror(picture, scene.water)
    return picture


def _sky(scene: Scene, size: Size, chance: random.Random) -> Image.Image:
    zenith, middle, horizon = scene.sky
    column = [_mix(zenith, middle, y / 32) if y < 32 else _mix(middle, horizon, (y - 32) / 24) for y in range(64)]
    strip = Image.new("RGB", (1, 64))
    strip.putdata(column)
    sky = strip.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(sky)
    for _ in range(scene.stars):
        x, y = chance.randrange(size[0]), int(size[1] * chance.random() ** 1.4 * 0.7)
        light, radius = chance.randrange(90, 240), size[0] / 2400 * chance.choice((0.6, 0.6, 0.8, 1.3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(light, light, min(255, light + 12)))
    if scene.sun:
        _shine(sky, *scene.sun)
    _cloud(sky, scene, chance)
    return sky


def _shine(sky: Image.Image, x: float, y: float, radius: float, colour: Colour) -> None:
    """Draw a disc with a wide glow around it."""
    width, height = sky.size
    for spread, strength in ((7.0, 70), (3.0, 90), (1.0, 255)):
        mask = Image.new("L", (width // 4, height // 4))
        r = radius * height / 4 * spread
        box = (x * width / 4 - r, y * height / 4 - r, x * width / 4 + r, y * height / 4 + r)
        ImageDraw.Draw(mask).ellipse(box, fill=strength)
        mask = mask.filter(ImageFilter.GaussianBlur(r * (0.5 if spread > 1 else 0.04)))
        sky.paste(colour, (0, 0), mask.resize(sky.size, Image.Resampling.BICUBIC))


def _cloud(sky: Image.Image, scene: Scene, chance: random.Random) -> None:
    """Draw bands of cloud: smooth noise, stretched along the horizon."""
    width, height = sky.size
    mask = Image.new("L", (width // 4, height // 4))
    for columns, rows, weight in ((4, 9, 0.55), (9, 22, 0.3), (24, 60, 0.15)):
        noise = Image.new("L", (columns, rows))
        noise.putdata([chance.randrange(256) for _ in range(columns * rows)])
        noise = noise.resize(mask.size, Image.Resampling.BICUBIC)
        mask = ImageChops.add(mask, noise.point([int(value * weight) for value in range(256)]))
    mask = mask.point([int(max(0, value - 128) * 1.6 * scene.clouds) for value in range(256)])
    sky.paste(_mix(scene.sky[2], (255, 255, 255), 0.25), (0, 0), mask.resize(sky.size, Image.Resampling.BICUBIC))


def _ridge(scene: Scene, size: Size, depth: float, chance: random.Random) -> Image.Image:
    """Draw one ridge, transparent above its line; a veil of haze lies at its foot."""
    width, height = size
    top = height * (0.36 + 0.44 * depth)
    line = _profile(width, height * (0.30 - 0.16 * depth), scene.rough, chance)
    mask = Image.new("L", (width * FINE, height * FINE))
    draw = ImageDraw.Draw(mask)
    points = [(x * FINE, (top - rise) * FINE) for x, rise in line]
    draw.polygon([(0, height * FINE), *points, (width * FINE, height * FINE)], fill=255)
    lights: list[tuple[float, float, float, float]] = []
    if depth > 0.6 and scene.ground == "pines":
        _pines(draw, points, height * FINE * 0.05 * depth**2, chance)
    if depth > 0.8 and scene.ground == "town":
        lights = _houses(draw, points, height * FINE * 0.10, chance)
    colour = _mix(scene.far, scene.near, depth**1.5)
    ridge = _shaded(size, colour, _mix(colour, scene.sky[2], 0.35 * (1 - depth) + 0.06), top)
    for box in lights:
        ImageDraw.Draw(ridge).rectangle([edge / FINE for edge in box], fill=(255, chance.randrange(190, 225), 140))
    ridge.putalpha(mask.resize(size, Image.Resampling.BOX))
    return ridge


def _shaded(size: Size, colour: Colour, foot: Colour, top: float) -> Image.Image:
    """Draw a plane of *colour* that turns to *foot* downwards."""
    strip = Image.new("RGB", (1, 32))
    start = int(32 * top / size[1])
    strip.putdata([_mix(colour, foot, max(0.0, (y - start) / max(1, 32 - start))) for y in range(32)])
    return strip.resize(size, Image.Resampling.BICUBIC)


def _profile(width: int, height: float, rough: float, chance: random.Random) -> list[tuple[int, float]]:
    """Compute a mountain line by midpoint displacement: halve every stretch, move its middle by ever less."""
    line = [chance.uniform(-0.3, 0.6) for _ in range(4)]
    swing = 0.7
    while len(line) < 600:
        line = [
            value for a, b in itertools.pairwise(line) for value in (a, (a + b) / 2 + chance.uniform(-swing, swing))
        ] + line[-1:]
        swing *= rough
    step = width / (len(line) - 1)
    return [(round(number * step), rise * height) for number, rise in enumerate(line)]


def _pines(draw: ImageDraw.ImageDraw, points: list[tuple[int, float]], size: float, chance: random.Random) -> None:
    for x, y in points:
        for _ in range(2):
            tall, at = size * chance.uniform(0.4, 1.25), x + chance.uniform(-size, size) * 0.3
            for part in (0.0, 0.28, 0.52):  # three skirts, the lowest the widest
                wide = tall * (0.12 + 0.14 * part)
                foot = y - tall + tall * (part + 0.45)
                draw.polygon([(at, y - tall + tall * part), (at - wide, foot), (at + wide, foot)], fill=255)


def _houses(
    draw: ImageDraw.ImageDraw, points: list[tuple[int, float]], size: float, chance: random.Random
) -> list[tuple[float, float, float, float]]:
    """Draw blocks along the line; return the boxes of the windows that are lit."""
    lit = []
    x, ground = 0.0, max(y for _, y in points)
    while x < points[-1][0]:
        wide, tall = size * chance.uniform(0.5, 1.1), size * chance.uniform(0.6, 2.1)
        draw.rectangle((x, ground - tall, x + wide, ground + size), fill=255)
        cell = size / 7
        for row in range(1, int(tall / cell)):
            for column in range(1, int(wide / cell)):
                if chance.random() < 0.13:
                    left, upper = x + column * cell, ground - tall + row * cell
                    lit.append((left, upper, left + cell * 0.4, upper + cell * 0.5))
        x += wide + size * chance.choice((0.0, 0.05, 0.3))
    return lit


def _mirror(picture: Image.Image, part: float) -> None:
    """Turn the lowest *part* of the frame into still water: what is above, upside down, darker and blurred."""
    width, height = picture.size
    shore = int(height * (1 - part))
    depth = height - shore
    above = picture.crop((0, shore - depth, width, shore))
    water = ImageOps.flip(above).filter(ImageFilter.BoxBlur(max(1, height // 400)))
    ripples = water.resize((width, max(1, depth // 6)), Image.Resampling.BOX).resize((width, depth))
    water = ImageEnhance.Brightness(Image.blend(water, ripples, 0.6)).enhance(0.82)
    picture.paste(water, (0, shore))


def _with_grain(picture: Image.Image, seed: int) -> Image.Image:
    """Add the grain of a sensor, so that the files weigh what photographs weigh."""
    width, height = picture.size
    noise = Image.frombytes("L", picture.size, random.Random(seed).randbytes(width * height))  # noqa: S311
    grain = noise.point([112 + value // 8 for value in range(256)])
    return ImageChops.soft_light(picture, Image.merge("RGB", (grain, grain, grain)))


def _mix(a: Colour, b: Colour, share: float) -> Colour:
    share = min(1.0, max(0.0, share))
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )
