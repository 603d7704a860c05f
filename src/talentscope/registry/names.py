"""Which companies a text names. Pure; the rules are examples in tests/spec/names.yaml.

A name counts as whole words, and the longest one wins. A name that is a common word (`is_ambiguous`) counts only as
the company writes it and with a word near it that gives the company away; one that stands among the company's own
`not_phrases` too counts only with its capitals. Tickers count as cashtags and in brackets, never bare. What belongs
to a company (`subsidiaries`) does not name it: GitHub's bugs are no news of Microsoft.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from ahocorasick_rs import AhoCorasick, MatchKind

from talentscope.registry.company import Company, Dated

NEAR = 30
"""Words to either side in which a word that gives the company away is looked for: about two sentences."""

BUSINESS = (
    *("acquire", "acquired", "acquires", "acquisition", "analyst", "analysts", "antitrust", "billion", "ceo", "cfo"),
    *("coo", "corp", "cto", "customers", "dividend", "earnings", "employee", "employees", "founder", "founders"),
    *("guidance", "headcount", "hires", "hiring", "inc", "investor", "investors", "ipo", "laid off", "lawsuit"),
    *("layoff", "layoffs", "market cap", "nasdaq", "nyse", "profit", "profits", "quarter", "quarterly", "recruiter"),
    *("revenue", "revenues", "share price", "shareholder", "shareholders", "shares", "stake", "startup", "stock"),
    *("stocks", "sues", "trillion", "valuation", "engineer at", "engineers at", "interview at", "job at", "jobs at"),
    *("work at", "work for", "worked at", "working at", "works at", "works for"),
)
"""Words about business, which give any company away whose name stands there with its capital."""

OBJECTS = frozenset(
    {
        *(
            "a",
            "all",
            "an",
            "her",
            "him",
            "his",
            "in",
            "it",
            "its",
            "me",
            "my",
            "of",
            "off",
            "on",
            "our",
            "out",
            "some",
        ),
        *("that", "the", "their", "them", "these", "this", "those", "up", "us", "your"),
    }
)
"""After a word that opens a sentence these make it a verb: Block the caller, Snap it."""

_TOKEN = re.compile(r"[^\W_]+[+#]*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)\S+@\S+\.\S+")
_CASHTAG = re.compile(r"(?<![\w$/:={\"'`\\])\$([A-Z]{1,5})(?![\w/:=}\"'`\\])")
_BRACKETED = re.compile(r"\(\s*(?:(NYSE|NASDAQ|Nasdaq)\s*:\s*)?\$?([A-Z]{1,5})\s*\)")
_OPENS = re.compile(r"(?:^|[.!?:;…\n\"“(])\s*$")
_GAP = "  "


@dataclass
class _Entry:
    """What one sequence of words means: a company, or (None) that no company is meant."""

    company_id: str | None
    words: int
    spellings: set[tuple[str, ...]]
    any_case: bool = False
    alone: bool = True  # needs no other word to give it away


@dataclass(frozen=True)
class _Context:
    words: frozenset[str]
    phrases: tuple[str, ...]

    def gives_away(self, near: Sequence[str]) -> bool:
        if not self.words.isdisjoint(near):
            return True
        text = f" {' '.join(near)} "
        return any(phrase in text for phrase in self.phrases)


class Names:
    """The names and tickers of companies as of a day, made ready once. Safe to use from several threads."""

    def __init__(self, companies: Iterable[Company], *, on: date) -> None:
        companies = tuple(companies)
        self._entries: dict[str, _Entry] = {}
        self._contexts = {company.company_id: _context(company) for company in companies if company.is_ambiguous}
        self._tickers = {t.text: c.company_id for c in companies for t in c.tickers if t.holds_on(on)}
        self._struck = {phrase for company in companies for phrase in company.not_phrases if phrase[0] in "$("}
        self._own = {company.company_id: _own_words(company) for company in companies}
        for company in companies:
            for phrase in company.not_phrases:
                self._strike(company, _folded(phrase))
        for company, name in _names(companies, on):
            self._enter(company, name)
        keys = list(self._entries)
        self._values = [self._entries[key] for key in keys]
        patterns = [f" {key} " for key in keys]
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest) if patterns else None

    def find(self, text: str) -> list[tuple[str, str]]:
        """The companies that the text names, each once with the words that name it first, in the order of the text."""
        text = _ADDRESS.sub(" ", text) if "@" in text or "http" in text or "www." in text else text
        text = text if text.isascii() else unicodedata.normalize("NFKC", text)
        tokens = _TOKEN.findall(text)
        folded = [_fold_token(token) for token in tokens] if not text.isascii() else _lowered(tokens)
        line = f" {_GAP.join(folded)} "
        found: dict[str, str] = {}
        matches = self._automaton.find_matches_as_indexes(line) if self._automaton is not None else ()
        for index, start, _ in matches:
            entry = self._values[index]
            if entry.company_id is None or entry.company_id in found:
                continue
            first = line.count(_GAP, 0, start + 1)
            if self._means_it(entry, text, tokens, folded, first):
                found[entry.company_id] = " ".join(tokens[first : first + entry.words])
        if "$" in text or "(" in text:
            self._add_tickers(text, found)
        return list(found.items())

    def _means_it(self, entry: _Entry, text: str, tokens: list[str], folded: list[str], first: int) -> bool:
        last = first + entry.words
        if not entry.any_case and not _is_spelt(tuple(tokens[first:last]), entry):
            return False
        if ("'" in text or "’" in text) and _is_elided(text, tokens, last):
            return False
        if entry.alone:
            return True
        if last < len(folded) and folded[last] in OBJECTS and _opens_sentence(text, first):
            return False
        assert entry.company_id is not None  # noqa: S101 - find() has looked
        return self._contexts[entry.company_id].gives_away(folded[max(0, first - NEAR) : last + NEAR])

    def _add_tickers(self, text: str, found: dict[str, str]) -> None:
        for ticker in _CASHTAG.findall(text):
            if (company_id := self._tickers.get(ticker)) and f"${ticker}" not in self._struck:
                found.setdefault(company_id, f"${ticker}")
        for bracket in _BRACKETED.finditer(text):
            exchange, ticker = bracket.groups()
            company_id = self._tickers.get(ticker)
            if company_id is None:
                continue
            before = text[max(0, bracket.start() - 40) : bracket.start()].split()[-1:]
            named = not self._own[company_id].isdisjoint(_folded(" ".join(before)))
            if exchange or named or (len(ticker) >= 4 and f"({ticker})" not in self._struck):
                found.setdefault(company_id, ticker)

    def _strike(self, company: Company, words: tuple[str, ...]) -> None:
        if words and words not in {_folded(name) for name in _all_names(company)}:
            self._entries.setdefault(_GAP.join(words), _Entry(None, len(words), set()))

    def _enter(self, company: Company, name: str) -> None:
        words, written = _folded(name), tuple(_TOKEN.findall(name))
        struck = words in {_folded(phrase) for phrase in company.not_phrases}
        needs = company.is_common_word(name)
        entry = self._entries.setdefault(
            _GAP.join(words), _Entry(company.company_id, len(words), set(), alone=not needs)
        )
        if entry.company_id == company.company_id:
            entry.spellings.add(written)
            entry.any_case = entry.any_case or not (needs or struck)


def find_companies(text: str, names: Names) -> list[tuple[str, str]]:
    """The companies that a text names: (company_id, the words that name it first), in the order of the text."""
    return names.find(text)


def _names(companies: Sequence[Company], on: date) -> list[tuple[Company, str]]:
    """Every name with its company: those of the day, and former ones that have no new owner."""
    now = [(company, company.name) for company in companies]
    now += [(company, name.text) for company in companies for name in company.aliases if name.holds_on(on)]
    taken = {_folded(name) for _, name in now}
    taken |= {_folded(name.text) for company in companies for name in company.subsidiaries if name.holds_on(on)}
    former = [(c, n.text) for c in companies for n in c.aliases if _is_former(n, on)]
    mine = {(c.company_id, _folded(n.text)) for c in companies for n in c.subsidiaries if n.holds_on(on)}
    return now + [(c, n) for c, n in former if _folded(n) not in taken or (c.company_id, _folded(n)) in mine]


def _is_former(name: Dated, on: date) -> bool:
    return name.until is not None and name.until < on


def _all_names(company: Company) -> list[str]:
    return [company.name, *(name.text for name in company.aliases)]


def _context(company: Company) -> _Context:
    phrases = [" ".join(_folded(phrase)) for phrase in (*company.context, *BUSINESS)]
    words = frozenset(phrase for phrase in phrases if " " not in phrase)
    return _Context(words, tuple(f" {phrase} " for phrase in phrases if " " in phrase))


def _own_words(company: Company) -> frozenset[str]:
    return frozenset(word for name in _all_names(company) for word in _folded(name))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(_fold_token(token) for token in _TOKEN.findall(unicodedata.normalize("NFKC", text)))


def _fold_token(token: str) -> str:
    if token.isascii():
        return token.lower()
    marks = unicodedata.normalize("NFD", token.lower())
    return "".join(mark for mark in marks if unicodedata.category(mark)[0] != "M")


def _lowered(tokens: Sequence[str]) -> list[str]:
    """The tokens of an ASCII text in lower case."""
    return " ".join(tokens).lower().split(" ") if tokens else []


def _is_spelt(words: tuple[str, ...], entry: _Entry) -> bool:
    """As the company writes it; a name that needs no other word also in capitals throughout."""
    if words in entry.spellings:
        return True
    return entry.alone and any(words == tuple(word.upper() for word in spelling) for spelling in entry.spellings)


def _is_elided(text: str, tokens: Sequence[str], last: int) -> bool:
    """Whether an apostrophe joins the name to what follows, other than 's: dell'arte."""
    if last >= len(tokens) or tokens[last] in {"s", "S"}:
        return False
    name, following = islice(_TOKEN.finditer(text), last - 1, last + 1)
    return text[name.end() : following.start()] in {"'", "’"}


def _opens_sentence(text: str, first: int) -> bool:
    start = next(islice(_TOKEN.finditer(text), first, None)).start()
    return _OPENS.search(text[:start]) is not None
