"""`companies` and `companies show`: the ranking of employers, and all that is known of one."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from talentscope.cli.figures import amount, figure, signed
from talentscope.cli.leads import Format, View
from talentscope.cli.published import published
from talentscope.cli.show import note, out, plain, print_json, print_table
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import UsageError
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.upstreams import Upstreams
from talentscope.scoring.companies import DEFAULT_SORT, SORTS, Question, Row, find_card, find_companies, sort_of
from talentscope.scoring.company import to_card
from talentscope.scoring.company_sheet import export_companies

NARROW = 100

app = typer.Typer(help="Employers, ranked, and what is known of each.", invoke_without_command=True)


class Status(StrEnum):
    """Whether a company's shares are traded."""

    listed = "listed"
    private = "private"
    delisted = "delisted"


_SORT_HELP = "By what, highest first: " + "; ".join(f"{name} ({sort.sentence})" for name, sort in SORTS.items())


@app.callback()
def companies(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    sort: Annotated[str, typer.Option("--sort", help=_SORT_HELP)] = DEFAULT_SORT,
    sector: Annotated[list[str] | None, typer.Option("--sector", help="Only this sector; may be repeated.")] = None,
    status: Annotated[Status | None, typer.Option("--status", help="Only companies of this kind.")] = None,
    min_value: Annotated[
        float | None, typer.Option("--min-value", min=0, help="Only from this market value, in US dollars: 10e9.")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Only companies with both ratios: value per employee and per offer.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000, help="How many at most.")] = 30,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write them.")] = Format.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file to write; needed for xlsx and parquet.")
    ] = None,
    registry: Annotated[bool, typer.Option("--registry", help="The registry itself, as csv, json or a table.")] = False,
    review: Annotated[
        bool, typer.Option("--review", help="Stated employers that resemble a company, for a person to judge.")
    ] = False,
) -> None:
    """Employers ranked by market value per employee, per open offer, and more, from the published snapshot.

    A figure that is unknown or withheld comes last and says why in `companies show NAME`; nothing is imputed.
    """
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    if registry:
        show_registry(settings, form)
    elif review:
        show_review(settings, form)
    else:
        question = Question(
            sort=sort,
            sectors=tuple(sector or ()),
            status=status.value if status else None,
            least_value_usd=min_value,
            is_complete_only=complete,
            limit=limit,
        )
        _list(settings, question, form, output)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A company's name, ticker, CIK or id.")],
    form: Annotated[View, typer.Option("--format", "-f", help="For people, or for programs.")] = View.table,
) -> None:
    """All that is known of one company: facts with source and date, boards and their state, sentiment with samples."""
    from talentscope.cli.assemble import registry_of
    from talentscope.cli.card import print_card

    settings = load_settings()
    company = registry_of(settings, load(Upstreams)).find(name)
    with published(settings) as snapshot:
        card = find_card(snapshot.connection, company.company_id)
    if form is View.json:
        print_json(to_card(card))
    else:
        print_card(to_card(card))


def _list(settings: Settings, question: Question, form: Format, output: Path | None) -> None:
    if form in {Format.xlsx, Format.parquet} and output is None:
        raise UsageError(f"{form} is a binary file and needs a name", way_out=f"add --output companies.{form}")
    with published(settings) as snapshot:
        rows = find_companies(snapshot.connection, question)
    if form is Format.table and output is None:
        print_companies(rows, question)
        return
    kind = Format.csv if form is Format.table else form
    written = export_companies(rows, question=question, at=SystemClock().now(), kind=kind.value, path=output)
    if written is not None:
        sys.stdout.buffer.write(written)
    else:
        note(f"wrote {len(rows):,} companies to {output}")


def print_companies(rows: list[Row], question: Question) -> None:
    """The ranking as a table, with the age of what is old."""
    if not rows:
        note("no company fits; the registry: talentscope companies --registry")
        return
    sort = sort_of(question.sort)
    shown = [row for row in rows if row["rank"] is not None]
    title = f"Employers by {sort.sentence}, as of {rows[0]['day'] or 'never'}"
    if not shown:
        note(f"{sort.sentence} is not known of any of these; why: talentscope companies show {plain(rows[0]['name'])}")
    columns = ["#", "company", "value", "people", "offers", "value/person", "value/offer", "sentiment", "mind"]
    if out.width < NARROW:
        columns = ["#", "company", "value/person", "value/offer"]
    cells = [{name: cell for name, cell in _line(row).items() if name in columns} for row in rows]
    if sort.column not in _SHOWN:
        columns = [*columns[:2], sort.sentence, *columns[2:]]
        cells = [
            {**line, sort.sentence: figure(row[sort.column], sort.kind)} for line, row in zip(cells, rows, strict=True)
        ]
    right = [name for name in columns if name not in {"company", "mind"}]
    print_table(title, columns, [[line[name] for name in columns] for line in cells], right=right)
    note(f"one of them: talentscope companies show {plain(rows[0]['company_id'])}")


_SHOWN = {
    "market_value_usd", "employees", "open_offers", "value_per_employee_usd", "value_per_offer_usd", "sentiment_mean",
    "name",
}  # fmt: skip


def _line(row: Row) -> dict[str, str]:
    mean = row["sentiment_mean"]
    return {
        "#": str(row["rank"] or ""),
        "company": f"{row['name']} ({row['ticker']})" if row["ticker"] else str(row["name"]),
        "value": amount(row["market_value_usd"]),
        "people": f"{row['employees']:,.0f}" if row["employees"] is not None else "",
        "offers": f"{row['open_offers']:,.0f}" if row["open_offers"] is not None else (row["offers_state"] or ""),
        "value/person": amount(row["value_per_employee_usd"]),
        "value/offer": amount(row["value_per_offer_usd"]),
        "sentiment": f"{signed(mean)} ({row['sentiment_mentions']})" if mean is not None else "",
        "mind": (row["quality"] or "").replace(",", ", ").replace("_", " "),
    }


def show_registry(settings: Settings, form: Format) -> None:
    """The registry in force."""
    from talentscope.cli.assemble import registry_of
    from talentscope.registry.rows import to_row
    from talentscope.registry.write import to_csv

    registry = registry_of(settings, load(Upstreams))
    if form is Format.csv:
        sys.stdout.write(to_csv(registry.companies))
    elif form is Format.json:
        print_json([to_row(company) for company in registry.companies])
    elif form is Format.table:
        rows = [to_row(company) for company in registry.companies]
        columns = ["company_id", "name", "status", "sector", "cik", "tickers", "boards", "github_organisations"]
        place = str(registry.path or "the shipped registry")
        title = f"{len(rows)} companies of {place}"
        print_table(title, [c.replace("_", " ") for c in columns], [[row[name] for name in columns] for row in rows])
        note("to edit it: talentscope companies --registry --format csv > .talentscope/registry.csv")
    else:
        raise UsageError(f"the registry is text; expected table, csv or json, came {form}", way_out="use csv")


def show_review(settings: Settings, form: Format) -> None:
    """Stated employers that resemble a company of the registry and are not used."""
    from talentscope.scoring.companies import find_review

    with published(settings) as snapshot:
        rows = find_review(snapshot.connection)
    if form is Format.json:
        print_json(rows)
        return
    if form is not Format.table:
        raise UsageError(f"expected table or json, came {form}", way_out="use json")
    if not rows:
        note("no stated employer is near a name of the registry without being it")
        return
    columns = ["stated", "company", "evidence", "developers"]
    cells = [[row["stated"], row["company_id"], row["evidence"], row["developer_count"]] for row in rows]
    print_table(
        "Stated employers to review; an alias in the registry settles one", columns, cells, right=["developers"]
    )
