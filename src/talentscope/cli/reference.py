"""Generated pages: commands, scoring, companies, tables, lineage. `make docs` writes them, tests hold them current."""

from __future__ import annotations

from pathlib import Path

from typer.cli import get_docs_for_click
from typer.main import get_command

from talentscope.cli.app import app


def commands_page() -> str:
    """Every command with its help, as Markdown."""
    import typer

    command = get_command(app)
    return get_docs_for_click(obj=command, ctx=typer.Context(command, info_name="talentscope"), name="talentscope")


def write_pages(docs: Path) -> None:
    """Write every generated page below `docs`."""
    from talentscope.scoring.docs import render_scoring
    from talentscope.warehouse import company_docs, dictionary

    (docs / "commands.md").write_text(commands_page(), encoding="utf-8")
    (docs / "scoring.md").write_text(render_scoring(docs.parent / "tests/spec/components.yaml"), encoding="utf-8")
    (docs / "companies.md").write_text(company_docs.render(), encoding="utf-8")
    dictionary.write_pages(docs)


if __name__ == "__main__":
    write_pages(Path("docs"))
