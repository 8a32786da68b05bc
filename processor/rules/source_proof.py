"""How a source proves itself: what is given must be what its sender can use, and something must be given."""

from __future__ import annotations

import re
from typing import Literal

from processor.domain.sender import Option, Proof, Sender, senders_with
from processor.networks import networks_of
from processor.rules.mends import put_last, taken_out
from processor.rules.reading import choice_of, texts_of
from processor.rules.report import named
from processor.rules.source_draft import Draft
from processor.text import Text

PROOFS: tuple[Proof, ...] = ("secret", "token")
OPTIONS: tuple[Option, ...] = ("key_name", "confirmation", "account", "api", "event", "events", "fields")


def refuse_foreign(draft: Draft) -> None:
    """A setting that this preset would silently pass over is a fault."""
    preset = draft.sender.name
    for option in OPTIONS:
        if option in draft.found and option not in draft.sender.options:
            listed = ", ".join(senders_with(option))
            text = Text(f"«{option}» не для {preset}", f'"{option}" is not for {preset}')
            only = Text(f"только при preset: {listed}", f"only with preset: {listed}")
            key = draft.found[option].key
            draft.report.add("source.foreign", text, key.place, only, edits=taken_out(draft.tree, key, draft.report))
    for proof in PROOFS:
        if proof in draft.found and proof not in draft.sender.proofs:
            text = Text(f"«{proof}» не для {preset}", f'"{proof}" is not for {preset}')
            key, own = draft.found[proof].key, draft.sender.proofs
            fix = own[0] if own and not draft.found.keys() & set(own) else None
            edits = () if fix else taken_out(draft.tree, key, draft.report)
            expected = expected_proof(draft.sender)
            draft.report.add("source.foreign", text, key.place, expected, fix=fix, edits=edits)


def proof_of(draft: Draft) -> Literal["preset", "none"]:
    """What proves the source; a fault when nothing would, or when `proof: none` stands beside a proof."""
    given = [name for name in (*draft.sender.proofs, "addresses") if name in draft.found]
    if "account" in draft.found and not any(proof in draft.found for proof in PROOFS):
        text = Text("«account» проверяется лишь рядом с секретом", '"account" is checked only beside a secret')
        draft.report.add("source.account", text, draft.found["account"].key.place, expected_proof(draft.sender))
    if "proof" not in draft.found:
        if not given and not draft.sender.addresses:
            text = Text(
                f"источник «{draft.name.text}» принимал бы события от кого угодно",
                f'source "{draft.name.text}" would take events from anybody',
            )
            edits = put_last(draft.tree, _reference(draft)) if draft.sender.proofs else ()
            draft.report.add("source.no_proof", text, draft.name.place, expected_proof(draft.sender), edits=edits)
        return "preset"
    if choice_of(draft.found["proof"].value, ("none",), draft.report) is not None and given:
        text = Text(f"«proof: none» спорит с «{given[0]}»", f'"proof: none" contradicts "{given[0]}"')
        key = draft.found["proof"].key
        edits = taken_out(draft.tree, key, draft.report)
        draft.report.add("source.two_proofs", text, key.place, expected_proof(draft.sender), edits=edits)
    return "none"


def _reference(draft: Draft) -> str:
    proof = draft.sender.proofs[0]
    name = re.sub(r"[^A-Z0-9]+", "_", draft.name.text.upper()).strip("_") or "SOURCE"
    return f"{proof}: ${{{'_' if name[:1].isdigit() else ''}{name}_{proof.upper()}}}"


def addresses_of(draft: Draft) -> tuple[str, ...]:
    """From where the source may send: networks in CIDR; the sender's own when nothing at all is written."""
    if "addresses" not in draft.found:
        return () if any(proof in draft.found for proof in PROOFS) else draft.sender.addresses
    networks = []
    for text, scalar in texts_of(draft.found["addresses"].value, draft.report):
        try:
            networks_of((text,))
            networks.append(text)
        except ValueError:
            wrong = Text(
                f"«{named(text)}» — не адрес и не сеть", f'"{named(text)}" is neither an address nor a network'
            )
            example = Text("например 185.71.76.0/27 или 2001:db8::1", "such as 185.71.76.0/27 or 2001:db8::1")
            draft.report.add("source.address", wrong, scalar.place, example)
    return tuple(networks)


def expected_proof(sender: Sender) -> Text:
    """What could stand there, for a fault."""
    ru, en = " или ".join(sender.proofs), " or ".join(sender.proofs)
    return Text(f"{ru}; без проверки — только явно: proof: none", f"{en}; unproven only on purpose: proof: none")
