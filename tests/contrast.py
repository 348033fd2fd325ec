"""How far two colours differ in lightness, by WCAG 2.2's relative luminance and contrast ratio."""

TEXT, GRAPHIC = 4.5, 3.0  # least ratios of success criteria 1.4.3 and 1.4.11, level AA


def rgb(colour):
    """Red, green and blue of #rrggbb, 0 to 255."""
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def luminance(parts):
    """From 0, black, to 1, white."""
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """From 1, the same lightness, to 21, black on white."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def laid_over(colour, ground, opacity):
    """The colour that is seen where one is laid over another with an opacity of 0 to 1."""
    return tuple(
        opacity * part + (1 - opacity) * below for part, below in zip(colour, ground, strict=True)
    )
