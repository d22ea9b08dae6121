"""A person's picture: whatever was uploaded is drawn anew as a small square, so nothing else comes along."""

import hashlib
import io
import threading
import warnings

from PIL import Image, ImageOps
from sqlmodel import Session

from saas_app.accounts.models import ProfilePicture
from saas_app.core import clock
from saas_app.core.errors import Invalid
from saas_app.core.texts import text

MOST_BYTES = 5_000_000
SIDE = 256
MEDIA_TYPE = "image/webp"
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_LEAST_SIDE, _MOST_SIDE = 32, 8_000
# A drawing costs memory by its pixels, 24 million of them about 100 MB: one at a time.
_MOST_PIXELS = 24_000_000
_DRAWING = threading.Lock()


def drawn(upload: bytes) -> bytes:
    """A WebP of 256 by 256 pixels, turned upright, cut to its middle, without any metadata.

    Raises Invalid (field `picture`) for what is no image, is too large, too small, or a bomb:
    the size is judged by the header, before any pixel is unpacked.
    """
    if len(upload) > MOST_BYTES:
        raise _refused("too_large")
    try:
        with _DRAWING, warnings.catch_warnings():
            # This one alone: filters are the whole process's, other threads warn meanwhile.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(upload), formats=_FORMATS) as opened:
                _check(opened.size)
                return _encoded(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _refused("too_many_pixels") from bomb
    except (OSError, SyntaxError, ValueError) as broken:
        raise _refused("no_image") from broken


def store(session: Session, user_id: int, image: bytes) -> ProfilePicture:
    row = session.get(ProfilePicture, user_id) or ProfilePicture(
        user_id=user_id, digest="", image=b"", updated_at=clock.now()
    )
    row.image, row.updated_at = image, clock.now()
    row.digest = hashlib.sha256(image).hexdigest()[:16]
    session.add(row)
    return row


def of(session: Session, user_id: int) -> ProfilePicture | None:
    return session.get(ProfilePicture, user_id)


def path(row: ProfilePicture) -> str:
    """Where it is shown: a new picture has a new address, so an old one may be kept for long."""
    return f"/api/people/{row.user_id}/picture?v={row.digest}"


def remove(session: Session, user_id: int) -> None:
    """Harmless where there is none."""
    row = of(session, user_id)
    if row is not None:
        session.delete(row)


def _check(size: tuple[int, int]) -> None:
    width, height = size
    if max(width, height) > _MOST_SIDE or width * height > _MOST_PIXELS:
        raise _refused("too_many_pixels")
    if min(width, height) < _LEAST_SIDE:
        raise _refused("too_small")


def _encoded(opened: Image.Image) -> bytes:
    # A JPEG is unpacked at a fraction of its size where that is enough: eight times less memory.
    opened.draft("RGB", (SIDE * 2, SIDE * 2))
    upright = ImageOps.exif_transpose(opened).convert("RGBA")
    square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    plain = Image.new("RGBA", square.size, "white")
    plain.alpha_composite(square)
    made = io.BytesIO()
    plain.convert("RGB").save(made, "WEBP", quality=85)
    return made.getvalue()


def _refused(why: str) -> Invalid:
    return Invalid(text("picture.refused"), fields={"picture": text(f"picture.{why}")})
