"""How the sources are put together: what is on, what is off and why, and what is never kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.company_world import NOW

from talentscope.cli.upstreams import Recall, Wiring, wire
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UsageError
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.upstreams import Upstreams

VOICES = {"hackernews", "bluesky", "reddit"}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in [*Settings.model_fields.values(), *Upstreams.model_fields.values()]:
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.chdir(tmp_path)


def wiring(**settings: object) -> Wiring:
    return wire(load_settings(), load(Upstreams, **settings), clock=FixedClock(NOW), find=lambda _: [], recall=Recall())


def test_without_a_key_or_switch_ten_sources_are_asked_and_three_are_off_with_the_reason() -> None:
    made = wiring()
    names = [source.name for source in made.sources]
    assert len(names) == len(set(names)) == 10
    assert set(made.off) == {"nasdaq", "fmp", "reddit"}
    assert "TALENTSCOPE_NASDAQ=1" in made.off["nasdaq"]
    assert "FMP_API_KEY" in made.off["fmp"]


def test_with_keys_and_switch_all_thirteen_are_asked() -> None:
    made = wiring(TALENTSCOPE_NASDAQ=True, FMP_API_KEY="k", REDDIT_CLIENT_ID="i", REDDIT_CLIENT_SECRET="s")
    assert len(made.sources) == 13
    assert made.off == {}


def test_what_people_wrote_is_never_kept_on_disk() -> None:
    made = wiring(TALENTSCOPE_NASDAQ=True, FMP_API_KEY="k", REDDIT_CLIENT_ID="i", REDDIT_CLIENT_SECRET="s")
    for name, visitors in made.visitors.items():
        for visitor in visitors:
            assert visitor.keeps_answers == (name not in VOICES), name


def test_only_the_named_sources_are_left_and_a_wrong_name_has_a_way_out() -> None:
    made = wiring()
    made.only(["sec", "lever"])
    assert [source.name for source in made.sources] == ["sec", "lever"]
    with pytest.raises(UsageError, match="no source is called 'linkedin'"):
        wiring().only(["linkedin"])
    with pytest.raises(UsageError, match="fmp is off"):
        wiring().only(["fmp"])
