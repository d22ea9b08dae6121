"""An upload is drawn anew, or refused with a sentence."""

import io
import struct
import warnings
import zlib

import pytest
from PIL import Image

from saas_app.accounts import picture
from saas_app.core.errors import Invalid


def image(kind="PNG", size=(400, 300), mode="RGB", color="red", **options):
    made = io.BytesIO()
    Image.new(mode, size, color).save(made, kind, **options)
    return made.getvalue()


def shown(upload):
    return Image.open(io.BytesIO(picture.drawn(upload)))


def refusal(upload):
    with pytest.raises(Invalid) as refused:
        picture.drawn(upload)
    return refused.value.fields["picture"]


def test_drawing_does_not_turn_what_others_are_warned_of_into_errors(monkeypatch):
    drawn = picture._encoded

    def meanwhile(opened):
        warnings.warn("from another thread", UserWarning, stacklevel=1)
        return drawn(opened)

    monkeypatch.setattr(picture, "_encoded", meanwhile)
    with pytest.warns(UserWarning, match="another thread"):
        assert shown(image()).size == (256, 256)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_becomes_a_small_square(kind):
    made = shown(image(kind))
    assert (made.format, made.size) == ("WEBP", (picture.SIDE, picture.SIDE))


def test_where_it_was_taken_does_not_come_along():
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ada"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 0.0)
    upload = image("JPEG", exif=exif.tobytes())
    assert b"Camera of Ada" in upload
    drawn = picture.drawn(upload)
    assert b"Camera of Ada" not in drawn
    assert dict(Image.open(io.BytesIO(drawn)).getexif()) == {}


def test_a_picture_that_lies_on_its_side_is_turned_upright():
    made = Image.new("RGB", (400, 200), "red")
    made.paste("blue", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = io.BytesIO()
    made.save(lying, "JPEG", exif=exif.tobytes())
    red, _, blue = shown(lying.getvalue()).convert("RGB").getpixel((128, 20))
    assert blue > red


def test_what_shines_through_becomes_white():
    assert shown(image(mode="RGBA", color=(0, 0, 0, 0))).convert("RGB").getpixel((9, 9)) == (
        255,
        255,
        255,
    )


@pytest.mark.parametrize(
    "upload",
    [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 20],
    ids=["nothing", "text", "svg", "broken"],
)
def test_what_is_no_picture_is_refused(upload):
    assert "not a picture" in refusal(upload)


def test_half_a_picture_is_refused():
    assert "damaged" in refusal(image("JPEG", (800, 800))[:900])


def test_a_file_that_is_too_large_is_refused():
    assert "5 MB" in refusal(image() + b"\0" * picture.MOST_BYTES)


def test_a_tiny_one_is_refused():
    assert "too small" in refusal(image(size=(31, 200)))
    assert shown(image(size=(32, 200))).size == (picture.SIDE, picture.SIDE)


def test_a_bomb_is_refused_by_its_header_alone():
    """A few bytes that claim to be 60,000 by 60,000: 14 GB once unpacked."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    data = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    assert "too many pixels" in refusal(b"\x89PNG\r\n\x1a\n" + chunk + data)


def test_another_bomb_within_the_librarys_own_limit_is_refused():
    assert "too many pixels" in refusal(image(size=(6_000, 6_000), mode="1", color=0))
