"""``catalyst-hub explain CLAIMS.json``: who the rules of a communities file let in, and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from catalyst_hub import communities_file
from catalyst_hub.core.belonging import WHOLE_HUB, Verdict, by_rule
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.grant import Grounds
from catalyst_hub.core.policy import Policy, is_operator

#: What the file says of a person besides the claims.
_IDENTITY = ("provider", "subject")
_CLAIMS = {field.name: field for field in fields(Claims)}
_TEXTS = ("login", "display_name", "email", "nickname", "identity_provider")


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "explain",
        help="say which communities the rules let a person into, and why",
        description="Tell for each community whether its rules let the person in, and by which"
        " word of which rule. Reads no database: who was invited, added or removed by a champion is"
        " on the champions' page.",
    )
    parser.add_argument("claims", metavar="CLAIMS", help="a JSON file; - for standard input")
    parser.add_argument(
        "--communities-file",
        default="communities.yaml",
        metavar="FILE",
        help="the communities file (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Explain; 0 done, 1 when one of the files cannot be used."""
    try:
        policy = communities_file.load(Path(args.communities_file))
        identity, claims = _person(_said(args.claims))
    except communities_file.CommunitiesFileError as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        # What the system says of a file has its name; it may be the empty one.
        what = error.strerror if isinstance(error, OSError) else error
        print(f"catalyst-hub explain: {args.claims!r}: {what}", file=sys.stderr)
        return 1
    for line in _explained(policy, identity, claims):
        print(line)
    return 0


def _said(name: str) -> Any:
    """What the file says, of whatever shape; raises OSError, or ValueError with what is wrong."""
    try:
        return json.loads(sys.stdin.read() if name == "-" else Path(name).read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        expected = '{"provider": "github", "subject": "123", "login": "kofi"}'
        raise ValueError(f"this is no JSON; expected an object such as {expected}") from error


def _person(said: Any) -> tuple[Identity, Claims]:
    """Identity and claims; raises ValueError with what is wrong."""
    if not isinstance(said, dict) or not {*_IDENTITY, "login"} <= said.keys():
        raise ValueError("the claims must be an object with provider, subject and login")
    if unknown := said.keys() - _CLAIMS.keys() - set(_IDENTITY):
        known = ", ".join([*_IDENTITY, *_CLAIMS])
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known: {known}")
    return Identity(*(str(said[name]) for name in _IDENTITY)), _claims(said)


def _claims(said: Mapping[str, Any]) -> Claims:
    values = {name: said[name] for name in _CLAIMS if said.get(name) is not None}
    for name in _TEXTS:
        if not isinstance(values.get(name, ""), str):
            raise ValueError(f"{name} must be a text")
    groups = values.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise ValueError("groups must be a list of words")
    if not isinstance(values.get("is_email_verified", False), bool):
        raise ValueError("is_email_verified must be true or false")
    return Claims(**{"login": ""} | values | {"groups": frozenset(groups)})


def _explained(policy: Policy, identity: Identity, claims: Claims) -> Iterator[str]:
    found = by_rule(policy, identity, claims)
    if is_operator(policy, identity):
        yield "operator of the hub; in no community's group"
    if said := found.get(WHOLE_HUB):
        yield f"blocked from the hub, {_why(said[Verdict.BLOCKED], identity)}"
    for community in policy.communities:
        yield f"{community.slug}: {_verdict(found.get(community.slug, {}), identity)}"


def _verdict(said: Mapping[str, Grounds], identity: Identity) -> str:
    """What counts first of what the rules of a community say."""
    for verdict in (Verdict.BLOCKED, Verdict.CHAMPION, Verdict.MEMBER):
        if verdict in said:
            return f"{verdict}, {_why(said[verdict], identity)}"
    return "not let in"


def _why(grounds: Grounds, identity: Identity) -> str:
    words = " ".join(str(grounds[key]) for key in ("kind", "word") if key in grounds)
    through = grounds.get("identity_provider")
    return f"by {words} of {identity.provider}" + (f", through {through}" if through else "")
