"""`topics`: what a word pulls in, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from talentscope.cli.leads import View
from talentscope.cli.published import published
from talentscope.cli.show import note, print_json, print_table
from talentscope.runtime.errors import SnapshotMissing
from talentscope.runtime.settings import Settings, load_settings
from talentscope.scoring.topics import TopicCluster, describe_topic


def topics(
    term: Annotated[str, typer.Argument(help="A topic, such as machine-learning or ai.")],
    related: Annotated[bool, typer.Option("--related", help="Related topics too, not only synonyms.")] = False,
    form: Annotated[View, typer.Option("--format", "-f", help="For people, or for programs.")] = View.table,
) -> None:
    """What a word also finds: its synonyms, always; its related topics when asked; each with the reason."""
    settings = load_settings()
    cluster = _describe(term, related=related, settings=settings)
    if form is View.json:
        print_json(cluster.to_dict())
        return
    rows = [(entry.topic, entry.kind, entry.reason) for entry in cluster.entries]
    print_table(f"{cluster.topic} finds", ["topic", "as", "because"], rows)


def _describe(term: str, *, related: bool, settings: Settings) -> TopicCluster:
    try:
        with published(settings) as snapshot:
            return describe_topic(snapshot.connection, term, related=related)
    except SnapshotMissing:
        note("nothing is published yet, so only GitHub's own topic facts are used")
        return describe_topic(None, term, related=related)
