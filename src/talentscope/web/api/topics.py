"""Topics: what one also goes by and what lies beside it, and topics that begin with what somebody types."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from talentscope.scoring.completion import MOST, complete_topic
from talentscope.scoring.topics import describe_topic
from talentscope.web.api.asking import JSON_ONLY, Reader, only_known
from talentscope.web.api.replying import reply
from talentscope.web.api.shapes import OfSnapshot, Shape, answers
from talentscope.web.parts import PartsHere

router = APIRouter(prefix="/api/v1", tags=["topics"], dependencies=[Depends(only_known)])


class TopicCount(Shape):
    """A topic and how often it occurs in the snapshot."""

    topic: str = Field(examples=["minecraft"])
    repository_count: int = Field(description="Repositories that carry it, without forks.")


class TopicList(OfSnapshot):
    """Topics, the most frequent first; `next` is always null."""

    topics: list[TopicCount]


class Expansion(Shape):
    """A topic that another one pulls in."""

    topic: str = Field(examples=["minecraft-mod"])
    kind: str = Field(description="alias (always counts) or related (counts when a brief asks for it).")
    source: str = Field(description="github (its published topic pages) or collected (seen together).")
    reason: str = Field(description="Why, in a sentence.")


class TopicCluster(Shape):
    """A topic with everything that it pulls in."""

    topic: str
    display_name: str
    repository_count: int
    developer_count: int
    aliases: list[Expansion]
    related: list[Expansion]


@router.get(
    "/topics",
    operation_id="listTopics",
    summary="Topics that begin so",
    response_model=TopicList,
    responses=answers(),
)
def list_topics(
    request: Request,
    parts: PartsHere,
    user: Reader,
    prefix: Annotated[str, Query(max_length=100, description="Begins so, or has a part that does: `forge`.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 20,
) -> Response:
    """For completion while somebody types; without a prefix the most frequent."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, offered=JSON_ONLY)
        if (unchanged := answer.unchanged()) is not None:
            return unchanged
        found = complete_topic(reading.connection, prefix, limit)
        topics = [{"topic": item.value, "repository_count": item.count} for item in found]
        page = {"next": None, "snapshot": reading.name, "published_at": reading.published_at}
        return answer.json(page | {"topics": topics})


@router.get(
    "/topics/{topic}",
    operation_id="getTopic",
    summary="What a topic also goes by, and what is related to it",
    response_model=TopicCluster,
    responses=answers(),
)
def get_topic(
    request: Request,
    parts: PartsHere,
    user: Reader,
    topic: Annotated[str, Path(max_length=100, description="A GitHub topic; spaces become hyphens.")],
    related: Annotated[bool, Query(description="Related topics too.")] = True,
) -> Response:
    """Aliases and related topics, each with where that is from and why. A topic nobody knows has none."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, offered=JSON_ONLY)
        cluster = describe_topic(reading.connection, topic, related=related).to_dict()
        if (unchanged := answer.unchanged()) is not None:
            return unchanged
        row = reading.connection.execute(
            "SELECT repository_count, developer_count FROM topics WHERE topic = $topic", {"topic": cluster["topic"]}
        ).fetchone()
        counts = dict(zip(("repository_count", "developer_count"), row or (0, 0), strict=True))
        return answer.json(cluster | counts)
