"""How annual reports tell a head-count: sentences of ours in the manner of many, with other numbers of people around
them that are not the count. `{n}` is the count, `{day}` its day; the others are parts, earlier years, customers.
"""

from __future__ import annotations

from calendar import month_name
from dataclasses import dataclass
from datetime import date

from talentscope.sandbox.companies.chance import chance, number
from talentscope.sandbox.companies.employer import Employer


@dataclass(frozen=True)
class Wording:
    """Paragraphs of one way of telling. `step` is what the count is rounded to; 0 is to the last one."""

    paragraphs: tuple[str, ...]
    step: int = 0
    unit: str = ""  # thousand: the number is told in thousands
    is_table: bool = False


WORDINGS = (
    Wording(("As of {day}, we had {n} full-time employees.",)),
    Wording(
        (
            "As of {day}, we had approximately {n} employees worldwide, of whom {part} were engaged in research and "
            "development and {other} were located outside the United States.",
        ),
        step=100,
    ),
    Wording(
        ("At {day}, our global workforce consisted of {n} employees across {countries} countries.",),
    ),
    Wording(("We employed approximately {n} people as of {day}.",), step=100),
    Wording(("As of {day}, our headcount was {n}, an increase of {percent}% year over year.",)),
    Wording(
        (
            "Approximately {part} of our employees in the United States are represented by unions, and {other} work in "
            "manufacturing. In total, we had {n} employees as of {day}.",
        )
    ),
    Wording(("We had {n} and {before} employees as of {day} and {last_day}, respectively.",)),
    Wording(("As of {day}, we and our subsidiaries had a total of {n} regular full-time employees.",)),
    Wording(
        (
            "None of our employees in the United States is represented by a labor union.",
            "As of the end of fiscal {year}, we had {n} full-time equivalent employees, compared to {before} as of the "
            "end of fiscal {last_year}.",
        )
    ),
    Wording(("As of {day}, our team consisted of approximately {n} employees.",), step=100),
    Wording(("As of {day}, we employed {n} associates, {part} of whom joined us during the year.",)),
    Wording(
        ("We had approximately {n} thousand employees as of {day}, about {percent}% of them outside North America.",),
        step=100,
        unit="thousand",
    ),
    Wording(("The following table shows the number of our employees by function as of {day}:",), is_table=True),
)
FOREIGN = (WORDINGS[12], WORDINGS[0], WORDINGS[3])
"""Who files a 20-F mostly tells it in a table."""

DISTRACTIONS = (
    "Our people are our greatest strength. During fiscal {year}, {part} employees took part in our mentoring programs.",
    "More than {customers} customers and {partners} partners rely on our products.",
    "In {restructuring} we announced a plan that affected about {laid_off} employees, some 4% of our workforce.",
    "Women made up {percent}% of our employees in technical roles.",
    "We offer our employees stock purchase plans, health insurance and parental leave.",
    "Through the acquisition of Quillbyte we welcomed {few} employees.",
)


def wording_of(employer: Employer, *, seed: int) -> Wording:
    """A company keeps to its way of telling. Thousands only where there are many of them."""
    choices = WORDINGS if employer.country in {"US", ""} else FOREIGN
    wording = choices[number(seed, employer.company_id, "wording", below=len(choices))]
    is_small = employer.tier.people[0] < 5_000
    return WORDINGS[1] if wording.unit and is_small else wording


def rounded(people: int, wording: Wording) -> int:
    """The count as it is told."""
    if not wording.step:
        return people
    step = wording.step if people >= 2_000 else 10
    return max(step, round(people / step) * step)


def human_capital(employer: Employer, *, seed: int, count: int, before: int, day: date) -> list[str]:
    """HTML paragraphs about the people of a company on `day`; `before` is the count a year earlier."""
    wording = wording_of(employer, seed=seed)
    rng = chance(seed, employer.company_id, "human capital", day)
    number_told = f"{count / 1000:.1f}" if wording.unit else f"{count:,}"
    slots = {
        "n": number_told,
        "day": spelt(day),
        "last_day": spelt(_year_before(day)),
        "year": day.year,
        "last_year": day.year - 1,
        "before": f"{before:,}",
        "part": f"{max(1, round(count * rng.uniform(0.2, 0.45))):,}",
        "other": f"{max(1, round(count * rng.uniform(0.3, 0.6))):,}",
        "few": f"{max(2, round(count * rng.uniform(0.01, 0.06))):,}",
        "laid_off": f"{max(2, round(count * 0.04)):,}",
        "restructuring": f"{month_name[rng.randrange(1, 13)]} {day.year}",
        "customers": f"{rng.randrange(20, 900) * 1000:,}",
        "partners": f"{rng.randrange(1, 90) * 100:,}",
        "percent": rng.randrange(4, 45),
        "countries": rng.randrange(8, 70),
    }
    told = [f"<p>{paragraph.format(**slots)}</p>" for paragraph in wording.paragraphs]
    told += [_table(rng.sample(range(20, 50), 3), count, day)] if wording.is_table else []
    around = [f"<p>{text.format(**slots)}</p>" for text in rng.sample(DISTRACTIONS, 3)]
    return [around[0], *told, *around[1:]]


def _table(shares: list[int], count: int, day: date) -> str:
    parts = [count * part // 150 for part in shares]
    names = ("Research and development", "Sales and marketing", "Operations", "General and administrative")
    rows = [*zip(names, [*parts, count - sum(parts)], strict=True), ("Total employees", count)]
    lines = "".join(f"<tr><td>{name}</td><td>{value:,}</td></tr>" for name, value in rows)
    return f"<table><tr><td></td><td>{day.year}</td></tr>{lines}</table>"


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def spelt(day: date) -> str:
    """A day as reports write it."""
    return f"{month_name[day.month]} {day.day}, {day.year}"
