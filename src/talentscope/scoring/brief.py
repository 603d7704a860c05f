"""The brief: what a recruiter looks for, as a validated, frozen value. Files are found and read here.

Everything but `name` and one of `topics`, `keywords`, `languages` has a default, and the defaults leave nobody out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from talentscope.runtime.errors import BriefError
from talentscope.runtime.words import fold, suggest
from talentscope.scoring.markup import MAX_BYTES, Document, MarkupError, parse_document
from talentscope.scoring.terms import is_topic, normalise_topic

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SHIPPED = ("briefs", "../../../briefs")  # in a wheel, in a checkout: docs/decisions/0006-where-briefs-live.md


def _refuse(expected: str, way_out: str = "") -> PydanticCustomError:
    return PydanticCustomError("brief", "{expected}", {"expected": expected, "way_out": way_out})


def _check_name(value: str) -> str:
    if NAME.fullmatch(value) is None:
        raise _refuse("lower-case letters, digits and hyphens, at most 64", f"for example {_slug(value)}")
    return value


def _slug(value: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:64] or "my-brief"


def _check_topic(value: str) -> str:
    topic = normalise_topic(value)
    if not is_topic(topic):
        way_out = "GitHub writes C++ as cpp, C# as csharp, .NET as dotnet; free words belong under keywords"
        raise _refuse("a GitHub topic (letters, digits and hyphens, at most 50)", way_out)
    return topic


def _check_phrase(value: str) -> str:
    phrase = " ".join(value.split())
    if not fold(phrase).strip():
        raise _refuse("a word or a few words with at least one letter or digit")
    return phrase


def _to_one_line(value: str) -> str:
    return " ".join(value.split())


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


Name = Annotated[str, AfterValidator(_check_name)]
Topic = Annotated[str, AfterValidator(_check_topic)]
Phrase = Annotated[str, Field(max_length=100), AfterValidator(_check_phrase)]
Title = Annotated[str, Field(max_length=200), AfterValidator(_to_one_line)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Topics = Annotated[tuple[Topic, ...], Field(max_length=30), AfterValidator(_once)]
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=30), AfterValidator(_once)]
ManyPhrases = Annotated[tuple[Phrase, ...], Field(max_length=500), AfterValidator(_once)]
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Band(_Part):
    """From `min` to `max`, both included; an end that is not given is open."""

    min: Count | None = None
    max: Count | None = None

    @model_validator(mode="after")
    def _ends_in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise _refuse(f"min <= max, came min {self.min} and max {self.max}", "swap them")
        return self


class RepositoryFilter(_Part):
    """Which repositories count as a match."""

    stars: Band = Band()
    size_kb: Band = Band()
    pushed_within_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    max_topics: Annotated[int, Field(ge=0, le=1000)] | None = None


class DeveloperFilter(_Part):
    """Which developers may be leads."""

    followers: Band = Band()
    contact: Literal["none", "any", "email"] = "none"
    places: ManyPhrases = ()
    employers: ManyPhrases = ()
    exclude_companies: ManyPhrases = ()


class Weights(_Part):
    """How much each component counts. Only the proportions matter."""

    relevance: Weight = 3.0
    authorship: Weight = 2.0
    substance: Weight = 1.0
    validation: Weight = 1.0
    recency: Weight = 1.0
    reach: Weight = 1.0
    attention: Weight = 1.0

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if not any(self.model_dump().values()):
            raise _refuse("at least one weight above zero", "leave weights out for the usual ones")
        return self


class Brief(_Part):
    """What a recruiter looks for."""

    name: Name
    title: Title = ""
    topics: Topics = ()
    related: bool = False
    without_topics: Topics = ()
    keywords: Phrases = ()
    languages: Phrases = ()
    repository: RepositoryFilter = RepositoryFilter()
    developer: DeveloperFilter = DeveloperFilter()
    weights: Weights = Weights()

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.topics or self.keywords or self.languages):
            raise _refuse("one of topics, keywords, languages", "add for example `topics: [minecraft]`")
        both = sorted(set(self.topics) & set(self.without_topics))
        if both:
            raise _refuse(f"without_topics without the topics asked for, came {both[0]} in both", "drop one of the two")
        return self

    @property
    def struck(self) -> tuple[str, ...]:
        """Topics that no cluster may pull in."""
        return self.without_topics

    @property
    def terms(self) -> tuple[str, ...]:
        """What is asked for by name: topics and keywords, or the languages when there is nothing else."""
        return (*self.topics, *self.keywords) or self.languages

    @property
    def is_language_only(self) -> bool:
        """Whether any repository in the languages counts, for want of topics and keywords."""
        return not (self.topics or self.keywords)


def load_brief(path: Path) -> Brief:
    """Read one brief file. Raises BriefError naming file, line, key, what was expected, what came, and the way out."""
    return parse_brief(_read_text(path), source=str(path))


def parse_brief(text: str, *, source: str) -> Brief:
    """Parse the text of a brief; `source` is what errors call it. Raises BriefError."""
    try:
        document = parse_document(text)
    except MarkupError as error:
        raise _brief_error(source, error.line, _dotted(error.path), str(error), error.way_out) from error
    try:
        return Brief.model_validate(document.values)
    except ValidationError as error:
        raise _translate(error.errors(include_url=False)[0], source, document) from error


def build_brief(values: dict[str, Any], *, source: str) -> Brief:
    """Validate a brief that did not come from a file (a form, an API call); lists may be given for tuples.

    Raises BriefError.
    """
    document = Document(values=_tupled(values))
    try:
        return Brief.model_validate(document.values)
    except ValidationError as error:
        raise _translate(error.errors(include_url=False)[0], source, document) from error


def is_path(name_or_path: str) -> bool:
    """Whether a file is meant: no name of a brief looks like that."""
    return "/" in name_or_path or "\\" in name_or_path or name_or_path.endswith((".yaml", ".yml"))


def find_brief(name_or_path: str, folders: Sequence[Path] = (Path("briefs"),)) -> Brief:
    """The brief at this path, or of this name in `folders`, or of this name among those we ship. Raises BriefError."""
    if is_path(name_or_path):
        return load_brief(Path(name_or_path))
    places = [*folders, shipped_folder()]
    if NAME.fullmatch(name_or_path):
        for folder in places:
            path = folder / f"{name_or_path}.yaml"
            if path.is_file():
                return load_brief(path)
    raise _not_found(name_or_path, list_briefs(folders))


def list_briefs(folders: Sequence[Path] = (Path("briefs"),)) -> tuple[str, ...]:
    """Names of all briefs that `find_brief` would find, sorted."""
    places = [*folders, shipped_folder()]
    return tuple(sorted({path.stem for folder in places for path in folder.glob("*.yaml")}))


def shipped_folder() -> Path:
    """Where the briefs that come with talentscope are: inside a wheel, or at the top of a checkout."""
    here = Path(__file__).resolve().parent
    found = [here / place for place in SHIPPED if (here / place).is_dir()]
    if not found:
        raise BriefError(
            "the briefs that come with talentscope are missing from this installation",
            way_out="install talentscope again, or give the path of a brief file",
        )
    return found[0].resolve()


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BriefError(
            f"{path}: expected a brief file that can be read, but {(error.strerror or 'it cannot be').lower()}",
            way_out=f"check the path, or use one of: {', '.join(list_briefs())}",
        ) from error
    if len(data) > MAX_BYTES:
        raise BriefError(f"{path}: expected at most {MAX_BYTES:,} bytes, came more", way_out="a brief is a short file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _brief_error(str(path), line, "", "expected UTF-8 text", "save the file as UTF-8") from error


def _not_found(name: str, known: Sequence[str]) -> BriefError:
    hint = suggest(name, known)
    return BriefError(
        f"expected the name or the path of a brief, came {name[:100]!r}",
        way_out=f"{hint} known: {', '.join(known)}".strip(),
    )


def _tupled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tupled(item) for key, item in value.items()}
    return tuple(_tupled(item) for item in value) if isinstance(value, list | tuple) else value


def _brief_error(source: str, line: int, key: str, message: str, way_out: str) -> BriefError:
    place = f"{source}:{line}" + (f": {key}" if key else "")
    example = shipped_folder() / "minecraft-modders.yaml"
    return BriefError(f"{place}: {message}", way_out=way_out or f"change it there; {example} shows every key")


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path)


def _translate(detail: ErrorDetails, source: str, document: Document) -> BriefError:
    path = tuple(detail["loc"])
    message, way_out = _describe(detail, path)
    return _brief_error(source, document.line(path), _dotted(path), message, way_out)


def _describe(detail: ErrorDetails, path: tuple[str | int, ...]) -> tuple[str, str]:
    """One validation error -> what was expected and came, and the way out."""
    kind, came = detail["type"], _show(detail["input"])
    if kind == "extra_forbidden":
        known = _known_keys(path[:-1])
        return (
            f"unknown key {_show(path[-1])}",
            f"{suggest(str(path[-1]), known)} known keys: {', '.join(known)}".strip(),
        )
    if kind == "missing":
        return "expected this key, it is not there", f"add `{path[-1]}: …`"
    if kind == "brief":
        context = detail["ctx"]
        shown = "" if isinstance(detail["input"], dict | BaseModel) else f", came {came}"
        return f"expected {context['expected']}{shown}", context["way_out"]
    expected = _EXPECTED.get(kind, detail["msg"])
    limits = {name: str(value) for name, value in detail.get("ctx", {}).items()}
    quote = "put it in quotes" if kind == "string_type" else ""
    return f"expected {expected.format(**limits)}, came {came}", quote


_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "tuple_type": "a list, such as [a, b]",
    "model_type": "keys with values, such as {{min: 3}}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "string_too_long": "at most {max_length} characters",
    "too_long": "at most {max_length} entries",
    "literal_error": "{expected}",
}


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Brief
    for part in path:
        annotation = model.model_fields[str(part)].annotation
        assert isinstance(annotation, type)  # noqa: S101 - only models can hold an unknown key
        model = annotation
    return list(model.model_fields)


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return f"[{', '.join(_show(item) for item in value[:5])}{', …' if len(value) > 5 else ''}]"
    if isinstance(value, dict):
        return "keys with values"
    text = value if isinstance(value, str) else str(value)
    return repr(text[:80]) if isinstance(value, str) else text[:80]
