"""The signing libraries that Standard Webhooks and Stripe give to Node: `uv run python -m tests.peers.node_libraries`.

They are installed by npm and sign the deliveries of posts.py; a running `up` judges them. Exit code 1 when it differs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

from tests.harness.line import Line
from tests.peers.findings import Findings, end
from tests.peers.posts import BELIEVED, POSTS, RULES, Post, Source, Unsigned, deliver, headers_of, phone_of, unsigned
from tests.peers.workplace import Workplace, installed_of

SIGNERS = Path(__file__).with_name("node_signers")
SIGN_WITHIN_S = 60

Given = tuple[Source, Post, Unsigned]


def _signatures(folder: Path, given: list[Given]) -> list[str]:
    """What Node's libraries sign these with."""
    asked = [asdict(one) | {"source": source} for source, _, one in given]
    node = ["node", "sign.mjs"]
    told = subprocess.run(
        node, cwd=folder, input=json.dumps(asked), capture_output=True, text=True, timeout=SIGN_WITHIN_S, check=True
    )
    signatures: list[str] = json.loads(told.stdout)
    return signatures


def _judged(line: Line, findings: Findings, folder: Path) -> None:
    given = [(source, post, unsigned(source, post, f"evt_{at}")) for source in POSTS for at, post in _each(source)]
    for (source, post, one), signature in zip(given, _signatures(folder, given), strict=True):
        answer = deliver(line, source, one.body + post.added, headers_of(source, post, one, signature))
        findings.same(f"{source}, {post.why}: taken", answer.is_success, post.believed)
    line.wait_until_quiet()
    found = {phone_of(source, post) for source, post, _ in given} & set(line.contacts())
    findings.same("contacts", sorted(found), sorted(BELIEVED[source] for source in POSTS))


def _each(source: Source) -> list[tuple[int, Post]]:
    return list(enumerate(POSTS[source]))


def main() -> None:
    """Run all of it."""
    findings = Findings()
    with Workplace("signers", installed_of(__doc__)) as place, Line(rules=RULES) as line:
        folder = place.installed / "signers"
        shutil.copytree(SIGNERS, folder, dirs_exist_ok=True)
        findings.step("The libraries are installed")
        place.run("npm", "install", "--no-audit", "--no-fund", at=folder)
        findings.told("versions", " ".join(place.run("npm", "ls", "--depth=0", at=folder).split()[2:]))
        _judged(line, findings, folder)
    end(findings)


if __name__ == "__main__":
    main()
