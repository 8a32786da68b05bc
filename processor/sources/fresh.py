"""Refuse a right signature that is too old: somebody sends an old request again."""

from __future__ import annotations

from typing import Final

from processor.errors import ProofRefused
from processor.text import Text

TOLERANCE_S: Final = 300


def require_fresh(signed_at_s: int, now_s: int) -> None:
    """Raises ProofRefused when a signature was made more than TOLERANCE_S before or after `now_s`, Unix seconds."""
    late_s = now_s - signed_at_s
    if late_s > TOLERANCE_S:
        raise ProofRefused(
            "timestamp_old",
            Text(
                f"Подпись верна, но ей {late_s} с, а принимаем не старше {TOLERANCE_S} с: "
                "это повтор старого запроса, или часы отправителя или наши идут неверно.",
                f"The signature is right but {late_s} s old, and at most {TOLERANCE_S} s are accepted: "
                "an old request sent again, or a clock is wrong, the sender's or ours.",
            ),
        )
    if late_s < -TOLERANCE_S:
        raise ProofRefused(
            "timestamp_ahead",
            Text(
                f"Подпись верна, но она на {-late_s} с из будущего: часы отправителя или наши идут неверно.",
                f"The signature is right but {-late_s} s in the future: a clock is wrong, the sender's or ours.",
            ),
        )
