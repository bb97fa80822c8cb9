"""The kinds of values in the file: each reads what is written, or refuses it with three words:
what is wrong, what was expected, what to do."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from catalyst_hub.communities_file import words
from catalyst_hub.communities_file.problem import is_token, shown
from catalyst_hub.core.community import CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX
from catalyst_hub.core.notice import LONGEST_NOTICE
from catalyst_hub.core.profile import INTERFACES
from catalyst_hub.core.quantity import (
    CURRENCY_SIGNS,
    Money,
    QuantityError,
    parse_count,
    parse_cpu,
    parse_duration,
    parse_gib_hours,
    parse_hours,
    parse_memory,
    parse_money,
)
from catalyst_hub.core.retention import SHORTEST_KEEPING

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?", re.A)
_SLUG_WORDS = "lower-case letters, digits and hyphens, at most 50, such as sabana-genomics"
_DOMAIN = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.A | re.I)
_GROUP = re.compile(r"[^\s:]+(?::[^\s:]+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}", re.A)
_CLAIM = re.compile(r"[!-~]{1,200}")
_ENTITY = re.compile(r"(?:https?://|urn:)[!-~]+")
_TENANT = re.compile(r"(?!(?:common|organizations|consumers)$)[A-Za-z0-9][A-Za-z0-9.-]*")
_SCOPE = re.compile(r"[!#-\[\]-~]{1,200}")
_PATH = re.compile(r"[!-~]{1,500}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.A)


def refusal(what: str, expected: str, do: str, at: str | None = None) -> PydanticCustomError:
    """The error that a validator raises; ``at`` names the key within the value that is meant."""
    return PydanticCustomError(
        "refused", "{what}", {"what": what, "expected": expected, "do": do, "at": at}
    )


def quoted(value: object) -> str:
    """A value as a message names it."""
    if isinstance(value, str):
        return f"'{shown(value)}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "a list"
    return "a map" if isinstance(value, dict) else "nothing (null)"


def _written(value: object, expected: str) -> str:
    if isinstance(value, str):
        return value.strip()
    what = f"this is {quoted(value)}"
    do = "put it in quotes" if isinstance(value, bool) else "write it behind the key, on one line"
    raise refusal(what, expected, do)


def _quantity(parse: Callable[[object], Any], example: str) -> PlainValidator:
    cached = lru_cache(maxsize=4096)(parse)

    def read(value: object) -> Any:
        text = _written(value, f"an amount such as {example}")
        try:
            return cached(text)
        except QuantityError as error:
            expected = str(error).removeprefix("expected ")
            raise refusal(f"{quoted(text)} is no such amount", expected, "correct it") from None

    return PlainValidator(read)


def _code(
    kind: str,
    names: Callable[[], Mapping[str, str]],
    example: str,
    signs: Mapping[str, str] = MappingProxyType({}),
) -> PlainValidator:
    expected = f"a code such as {example}"

    def read(value: object) -> str:
        text = _written(value, expected)
        if text in names():
            return text
        near = signs.get(text.upper()) or words.nearest_code(text, names())
        shown = f"{near} ({names()[near]})" if near else None
        raise refusal(f"{quoted(text)} is no {kind}", expected, words.meant(shown, "look it up"))

    return PlainValidator(read)


def _read_language(value: object) -> str:
    expected = "a language code such as es or pt-BR"
    text = _written(value, expected)
    if _LANGUAGE.fullmatch(text) and re.split("[-_]", text)[0] in words.languages():
        return text
    near = words.nearest_code(text, words.languages())
    do = words.meant(near, "look it up in ISO 639")
    raise refusal(f"{quoted(text)} is no language", expected, do)


def _read_zone(value: object) -> str:
    expected = "a time zone such as America/Bogota"
    text = _written(value, expected)
    if words.is_zone(text):
        return text
    do = words.meant(words.nearest_zone(text), "look it up in the tz database")
    raise refusal(f"{quoted(text)} is no time zone", expected, do)


def _text(longest: int) -> PlainValidator:
    expected = f"text of at most {longest} characters"

    def read(value: object) -> str:
        text = _written(value, expected)
        if not text:
            raise refusal("this is empty", expected, "write something, or remove the key")
        if len(text) > longest:
            raise refusal(f"this is {len(text)} characters long", expected, "shorten it")
        return text

    return PlainValidator(read)


def _slug(value: object) -> str:
    text = _written(value, _SLUG_WORDS)
    if _SLUG.fullmatch(text):
        return text
    if is_token(text):
        do = "remove it, and change the secret"
        raise refusal(f"{quoted(text)} looks like a secret", _SLUG_WORDS, do)
    proposal = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-")
    do = words.meant(proposal or None, "choose another name")
    raise refusal(f"{quoted(text)} cannot be a name here", _SLUG_WORDS, do)


def _community_slug(value: object) -> str:
    slug = _slug(value)
    for suffix in (CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX):
        if slug.endswith(suffix):
            expected = f"a name that does not end in {suffix}, as a group of {suffix[1:]} does"
            do = words.meant(slug.removesuffix(suffix), "choose another name")
            raise refusal(f"{quoted(slug)} cannot be a community", expected, do)
    return slug


def _persona_name(value: object) -> str:
    slug = _slug(value)
    if slug[0].isdigit() or len(slug) > 40:
        expected = "a name of at most 40 characters that begins with a letter, such as amina"
        raise refusal(f"{quoted(slug)} cannot be a persona's name", expected, "choose another name")
    return slug


def _pattern(pattern: re.Pattern[str], expected: str, do: str) -> PlainValidator:
    def read(value: object) -> str:
        text = _written(value, expected)
        if pattern.fullmatch(text) and len(text) <= 253:
            return text
        raise refusal(f"{quoted(text)} cannot stand here", expected, do)

    return PlainValidator(read)


def _read_address(value: object) -> str:
    """An address without a slash at its end. Plain http only where nobody can listen in."""
    expected = "an address such as https://id.uni.edu"
    text = _written(value, expected).rstrip("/")
    try:
        parts = urlsplit(text)
        is_complete = bool(parts.hostname) and not parts.username and _PATH.fullmatch(text)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
    except ValueError:
        is_complete = is_safe = False
    if is_complete and is_safe:
        return text
    do = "write https://" if text.startswith("http://") else "write all of it"
    raise refusal(f"{quoted(text)} cannot stand here", expected, do)


def _is_here(host: str | None) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def _interface(value: object) -> str:
    expected = words.listed(INTERFACES)
    text = _written(value, expected)
    if text in INTERFACES:
        return text
    do = words.meant(words.nearest(text, INTERFACES), "choose one of these")
    raise refusal(f"{quoted(text)} is no interface", expected, do)


def _as_texts(value: object) -> object:
    return value if isinstance(value, dict) else {"": value}


def _not_empty(value: Any) -> Any:
    if not value:
        raise refusal("this is empty", "at least one entry", "add one, or remove the key")
    return value


def _read_only(texts: dict[str, str]) -> Mapping[str, str]:
    # Not a dict: maps merge with what they inherit, a text replaces it in all its languages.
    return MappingProxyType(_not_empty(texts))


def _no_longer_than(longest: int) -> Callable[[Mapping[str, str]], Mapping[str, str]]:
    def check(texts: Mapping[str, str]) -> Mapping[str, str]:
        for language, text in texts.items():
            if len(text) > longest:
                what, expected = f"this is {len(text)} characters long", f"at most {longest}"
                raise refusal(what, expected, "shorten it", at=language or None)
        return texts

    return check


def _no_longer_than_a_day(seconds: int) -> int:
    if seconds <= LONGEST_NOTICE.total_seconds():
        return seconds
    raise refusal("this is longer than a day", "at most 24h", "shorten it")


def _no_shorter_than_a_month(seconds: int) -> int:
    if seconds >= SHORTEST_KEEPING.total_seconds():
        return seconds
    raise refusal("this is shorter than a month", "30d at least", "keep details for longer")


def _as_command(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return shlex.split(value)
    except ValueError:
        what, expected = "a quotation mark is never closed", "a command line, or a list of words"
        raise refusal(what, expected, "close it, or write a list") from None


def _read_yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise refusal(f"{quoted(value)} cannot stand here", "true or false", "write one of these")


def _read_true(value: object) -> bool:
    if value is True:
        return True
    raise refusal(f"{quoted(value)} is not true", "true", "write true, or remove the key")


def _schema(*kinds: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": list(kinds) if len(kinds) > 1 else kinds[0], **more})


def _amount_like(example: str) -> WithJsonSchema:
    return _schema("string", "number", examples=[example])


def _texts_schema(longest: int) -> WithJsonSchema:
    entry = {"type": ["string", "number"], "maxLength": longest}
    return WithJsonSchema({"anyOf": [entry, {"type": "object", "additionalProperties": entry}]})


_SLUG_SCHEMA = _schema("string", pattern=f"^{_SLUG.pattern}$")
_WORDS_SCHEMA = _schema("string", "number")

Memory = Annotated[int, _quantity(parse_memory, "2G"), _amount_like("2G")]
Cpu = Annotated[int, _quantity(parse_cpu, "1.5"), _amount_like("1.5")]
Count = Annotated[int, _quantity(parse_count, "3"), _schema("string", "integer")]
Duration = Annotated[int, _quantity(parse_duration, "1h"), _amount_like("1h")]
Notice = Annotated[Duration, AfterValidator(_no_longer_than_a_day)]
Retention = Annotated[Duration, AfterValidator(_no_shorter_than_a_month)]
Hours = Annotated[int, _quantity(parse_hours, "200"), _amount_like("200")]
GibHours = Annotated[int, _quantity(parse_gib_hours, "200"), _amount_like("200")]
Amount = Annotated[Money, _quantity(parse_money, "US$ 300"), _amount_like("US$ 300")]

Country = Annotated[str, _code("country", words.countries, "BR (ISO 3166)"), _schema("string")]
Currency = Annotated[
    str,
    _code("currency", words.currencies, "KES (ISO 4217)", CURRENCY_SIGNS),
    _schema("string"),
]
Language = Annotated[str, PlainValidator(_read_language), _schema("string")]
Zone = Annotated[str, PlainValidator(_read_zone), _schema("string", examples=["Africa/Nairobi"])]

Line = Annotated[str, _text(200), _WORDS_SCHEMA]
Word = Annotated[str, _text(1000), _WORDS_SCHEMA]
_TextsKey = Annotated[str, PlainValidator(lambda key: key and _read_language(key))]
_Texts = Annotated[dict[_TextsKey, Word], BeforeValidator(_as_texts), AfterValidator(_read_only)]
Title = Annotated[_Texts, AfterValidator(_no_longer_than(100)), _texts_schema(100)]
Description = Annotated[_Texts, AfterValidator(_no_longer_than(500)), _texts_schema(500)]
LongText = Annotated[
    dict[_TextsKey, Annotated[str, _text(20_000)]],
    BeforeValidator(_as_texts),
    AfterValidator(_read_only),
    _texts_schema(20_000),
]
ShortWord = Annotated[str, _text(64), _WORDS_SCHEMA]

Slug = Annotated[str, PlainValidator(_slug), _SLUG_SCHEMA]
CommunitySlug = Annotated[str, PlainValidator(_community_slug), _SLUG_SCHEMA]
PersonaName = Annotated[str, PlainValidator(_persona_name), _SLUG_SCHEMA]
Interface = Annotated[str, PlainValidator(_interface), _schema("string", enum=list(INTERFACES))]
Variable = Annotated[
    str,
    _pattern(_VARIABLE, "a variable's name such as OMP_NUM_THREADS", "rename it"),
    _schema("string"),
]
Domain = Annotated[
    str,
    _pattern(_DOMAIN, "a domain such as uni.edu or *.uni.edu", "write what follows the @"),
    _schema("string"),
]
Group = Annotated[
    str, _pattern(_GROUP, "an organisation, or organisation:team", "correct it"), _schema("string")
]
Claim = Annotated[str, _pattern(_CLAIM, "a claim such as sub", "write its name"), _schema("string")]
EntityId = Annotated[
    str,
    _pattern(_ENTITY, "an EntityID such as https://id.uni.edu/idp", "look it up in CILogon's list"),
    _schema("string"),
]
Tenant = Annotated[
    str,
    _pattern(_TENANT, "a directory of your own, such as uni.edu", "write its id or domain"),
    _schema("string"),
]
Scope = Annotated[
    str, _pattern(_SCOPE, "a scope such as openid", "write one in each line"), _schema("string")
]
WebAddress = Annotated[
    str, PlainValidator(_read_address), _schema("string", examples=["https://id.uni.edu"])
]
YesOrNo = Annotated[bool, PlainValidator(_read_yes_or_no), _schema("boolean")]
Yes = Annotated[bool, PlainValidator(_read_true), WithJsonSchema({"const": True})]
Command = Annotated[
    list[Word],
    BeforeValidator(_as_command),
    AfterValidator(_not_empty),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
