"""The leads table as a Dash app, run by the environment of the peers: python page_dash.py TABLE.sqlite PORT

Written as Dash's own pages show it: filters on the left, a grid of fifty rows, one callback. Rows are sorted and
filtered on the server with pandas, facet counts follow the filters, sliders weigh anew; the page is found by number.
"""

from __future__ import annotations

import sqlite3
import sys

import dash_ag_grid as dag
import pandas as pd
from dash import Dash, Input, Output, dcc, html

PARTS = ["relevance", "authorship", "substance", "validation", "recency", "reach", "attention"]
SHOWN = ["login", "score", *PARTS, "followers", "stars", "language", "location", "contact", "employer"]
FACETS = ["language", "location", "contact", "employer"]
ROWS = 50


def load(path: str) -> pd.DataFrame:
    """The table, read once into memory."""
    with sqlite3.connect(path) as connection:
        return pd.read_sql("SELECT * FROM leads", connection)


def keep(table: pd.DataFrame, chosen: dict[str, list[str]], without: str = "") -> pd.DataFrame:
    """Those who have one of the chosen values of every facet but `without`."""
    for name, values in chosen.items():
        if values and name != without:
            table = table[table[name].isin(values)]
    return table


def make(path: str) -> Dash:
    """The app."""
    table = load(path)
    app = Dash(__name__)
    facets = [html.Div([html.Label(name), dcc.Checklist(id=name, options=[], value=[])]) for name in FACETS]
    sliders = [html.Div([html.Label(name), dcc.Slider(0, 5, 1, value=1, id=f"w-{name}")]) for name in PARTS]
    columns = [{"field": name, "sortable": False} for name in SHOWN]
    app.layout = html.Div([
        dcc.Location(id="url"),
        html.H1("Leads"), html.Div(id="total"),
        dcc.Input(id="q", value="", debounce=True),
        dcc.Dropdown(SHOWN, "score", id="sort"), dcc.Input(id="page", type="number", value=1),
        *facets, *sliders,
        dag.AgGrid(id="grid", columnDefs=columns, rowData=[]),
    ])  # fmt: skip

    @app.callback(
        [Output("grid", "rowData"), Output("total", "children"), *[Output(name, "options") for name in FACETS]],
        [Input("q", "value"), Input("sort", "value"), Input("page", "value"),
         *[Input(name, "value") for name in FACETS], *[Input(f"w-{name}", "value") for name in PARTS]],
    )  # fmt: skip
    def answer(q: str, sort: str, page: int, *rest: object) -> list[object]:
        chosen = dict(zip(FACETS, rest[: len(FACETS)], strict=True))
        weights = dict(zip(PARTS, rest[len(FACETS) :], strict=True))
        found = table[table["login"].str.contains(q, case=False, regex=False)] if q else table
        options = [_options(keep(found, chosen, name), name) for name in FACETS]
        found = keep(found, chosen)
        known = found[PARTS].notna() * pd.Series(weights)
        found = found.assign(score=100 * (found[PARTS].fillna(0) * pd.Series(weights)).sum(axis=1) / known.sum(axis=1))
        top = found.sort_values(sort, ascending=sort == "login").iloc[(page - 1) * ROWS : page * ROWS]
        return [top[SHOWN].to_dict("records"), f"{len(found):,} leads", *options]

    return app


def _options(found: pd.DataFrame, name: str) -> list[dict[str, str]]:
    counts = found[name].value_counts().head(10)
    return [{"label": f"{value} ({count:,})", "value": value} for value, count in counts.items()]


if __name__ == "__main__":
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """One process with eight threads, as ours."""

        def load_config(self) -> None:
            self.cfg.set("bind", f"127.0.0.1:{sys.argv[2]}")
            self.cfg.set("threads", 8)
            self.cfg.set("loglevel", "error")

        def load(self) -> object:
            return make(sys.argv[1]).server

    Server().run()
