"""The address of a database, as DATABASE_URL and TALENTSCOPE_DESK_URL write it. Pure; no message shows a password.

(empty)                                                        files in the data directory: DuckDB, SQLite
postgresql://user:password@host:5432/database?sslmode=…        a PostgreSQL server; every parameter of libpq's works
cloudsql://project:region:instance/database?user=NAME          Google Cloud SQL; signs in by IAM where no &password=…
                                                               is given; &ip=private, public (default) or psc
bigquery://project/prefix?location=EU                          Google BigQuery: datasets prefix_raw, prefix_marts, …
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from talentscope.runtime.errors import SettingError

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""Rule: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION"""

IP_KINDS = ("public", "private", "psc")
DEFAULT_LOCATION = "EU"

_WAY = {
    "postgresql": "write postgresql://user:password@host:5432/database",
    "cloudsql": "write cloudsql://project:region:instance/database?user=NAME",
    "bigquery": "write bigquery://project/prefix?location=EU",
}
_ANY_WAY = "write postgresql://…, cloudsql://… or bigquery://… (see dotenv-sample)"
_SPECIAL = "in a password write %40 for @, %2F for /, %3A for :, %3F for ?, %23 for #"


@dataclass(frozen=True)
class Postgres:
    """A database of a PostgreSQL server. `host` is a name, an address, a folder of sockets, or several with commas."""

    database: str
    host: str = "localhost"
    port: str = "5432"
    user: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    """libpq's other parameters: sslmode, sslrootcert, connect_timeout …"""

    @property
    def place(self) -> str:
        """Where, for messages: no user, no password."""
        return f"{self.host}/{self.database}"

    @property
    def url(self) -> str:
        """As libpq reads it, the password included. Rule: https://www.postgresql.org/docs/current/libpq-connect.html"""
        rest = {"host": self.host, "port": self.port, **self.options}
        return (
            f"postgresql://{quote(self.user, safe='')}{':' if self.password else ''}{quote(self.password, safe='')}"
            f"{'@' if self.user or self.password else ''}/{quote(self.database, safe='')}"
            f"?{urlencode(rest, quote_via=quote)}"
        )


@dataclass(frozen=True)
class CloudSql:
    """A PostgreSQL database of Google Cloud SQL, reached by Google's connector."""

    project: str
    region: str
    instance: str
    database: str
    user: str
    password: str | None = field(default=None, repr=False)
    """None: signs in by IAM, as `user`."""
    ip: str = "public"

    @property
    def connection_name(self) -> str:
        """As Google names the instance."""
        return f"{self.project}:{self.region}:{self.instance}"

    @property
    def place(self) -> str:
        """Where, for messages."""
        return f"{self.connection_name}/{self.database}"


@dataclass(frozen=True)
class BigQuery:
    """Datasets of one Google project whose names begin with `prefix`."""

    project: str
    prefix: str
    location: str = DEFAULT_LOCATION

    @property
    def place(self) -> str:
        """Where, for messages."""
        return f"{self.project}/{self.prefix}"


Address: TypeAlias = Postgres | CloudSql | BigQuery


def parse_address(text: str | None, *, setting: str = "DATABASE_URL") -> Address | None:
    """What `text`, the value of `setting`, points at; None where it is empty: files in the data directory.

    Raises SettingError naming the setting and what was expected, never the text: it may hold a password.
    """
    if text is None or not text.strip():
        return None
    scheme, separator, _ = text.strip().partition("://")
    kind = "postgresql" if scheme == "postgres" else scheme
    if not separator or kind not in _WAY:
        came = f"://, came {scheme}://" if separator and re.fullmatch(r"[a-z][a-z0-9+.-]{0,20}", scheme) else "://"
        raise SettingError(
            f"{setting}: expected an address that begins with {'://, '.join(_WAY)}{came}", way_out=_ANY_WAY
        )
    parsers: dict[str, Callable[[SplitResult, dict[str, str]], Address]] = {
        "postgresql": _postgres,
        "cloudsql": _cloud_sql,
        "bigquery": _big_query,
    }
    try:
        parts = urlsplit(text.strip())
        if parts.fragment or "\0" in unquote(text):
            raise _Wrong(f"it holds a character that must be written otherwise; {_SPECIAL}")
        return parsers[kind](parts, _query(parts))
    except _Wrong as wrong:
        raise SettingError(f"{setting}: {wrong}", way_out=_WAY[kind]) from None
    except ValueError:  # a bracket without its other; the text of the error may show the password
        raise SettingError(f"{setting}: it is no address; {_SPECIAL}", way_out=_WAY[kind]) from None


def parse_desk_address(database_url: str | None, desk_url: str | None) -> Postgres | CloudSql | None:
    """Where the desk is: where TALENTSCOPE_DESK_URL says, else beside a PostgreSQL warehouse, else (None) in the home.

    Raises SettingError as `parse_address`, and for a desk on BigQuery.
    """
    own = parse_address(desk_url, setting="TALENTSCOPE_DESK_URL")
    if isinstance(own, BigQuery):
        raise SettingError(
            "TALENTSCOPE_DESK_URL: expected postgresql:// or cloudsql://, came bigquery://; what people write needs"
            " transactions",
            way_out=_WAY["postgresql"],
        )
    if own is not None:
        return own
    shared = parse_address(database_url)
    return None if isinstance(shared, BigQuery) else shared


class _Wrong(Exception):
    """What is wrong with an address, without the address."""


def _query(parts: SplitResult) -> dict[str, str]:
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise _Wrong("a parameter is given twice")
    return dict(pairs)


def _only(query: Mapping[str, str], *known: str) -> None:
    strange = sorted(set(query) - set(known))
    if strange:
        raise _Wrong(f"expected no parameters but {', '.join(known)}; came {', '.join(strange)[:100]}")


def _one_name(parts: SplitResult, what: str) -> str:
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise _Wrong(f"it names no {what}" if not name else f"expected one {what} behind the /")
    return name


def _postgres(parts: SplitResult, query: dict[str, str]) -> Postgres:
    who, _, where = parts.netloc.rpartition("@")
    user, _, password = who.partition(":")
    hosts, ports = _hosts(where)
    options = dict(query)
    named = {name: options.pop(name, "") for name in ("host", "port", "user", "password", "dbname")}
    port = _checked_port(named["port"] or ports or "5432")
    database = named["dbname"] or _one_name(parts, "database")
    if options.get("sslmode", "prefer") not in SSL_MODES:
        raise _Wrong(f"expected sslmode to be one of {', '.join(SSL_MODES)}, came {options['sslmode'][:20]!r}")
    return Postgres(
        database=database,
        host=named["host"] or hosts or "localhost",
        port=port,
        user=named["user"] or unquote(user),
        password=named["password"] or unquote(password),
        options=options,
    )


def _hosts(where: str) -> tuple[str, str]:
    """`a:1,[::1]:2` as `a,::1` and `1,2`."""
    hosts, ports = [], []
    for item in where.split(","):
        found = re.fullmatch(r"(\[[0-9A-Fa-f:.%]+\]|[^\[\]:]*)(?::([^:]*))?", item)
        if found is None:
            raise _Wrong(f"expected host:port behind the @; {_SPECIAL}")
        hosts.append(unquote(found[1].strip("[]")))
        ports.append(found[2] or "")
    has_ports = any(ports)
    return ",".join(hosts).strip(","), ",".join(port or "5432" for port in ports) if has_ports else ""


def _checked_port(ports: str) -> str:
    for port in ports.split(","):
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            raise _Wrong(f"expected a port from 1 to 65535; {_SPECIAL}")
    return ports


def _cloud_sql(parts: SplitResult, query: dict[str, str]) -> CloudSql:
    _only(query, "user", "password", "ip")
    if "@" in parts.netloc:
        raise _Wrong("expected the user as ?user=NAME, came one before an @")
    names = parts.netloc.rsplit(":", 2)  # a project of a domain has a colon of its own
    if len(names) != 3 or not all(re.fullmatch(r"[a-z0-9.:-]+", name) for name in names):
        raise _Wrong("expected project:region:instance, as Google names the instance")
    if not query.get("user"):
        raise _Wrong("it names no user (?user=NAME)")
    ip = query.get("ip", "public").lower()
    if ip not in IP_KINDS:
        raise _Wrong(f"expected ip to be one of {', '.join(IP_KINDS)}, came {ip[:20]!r}")
    project, region, instance = names
    return CloudSql(
        project=project,
        region=region,
        instance=instance,
        database=_one_name(parts, "database"),
        user=query["user"],
        password=query.get("password") or None,
        ip=ip,
    )


def _big_query(parts: SplitResult, query: dict[str, str]) -> BigQuery:
    _only(query, "location")
    if not re.fullmatch(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]", parts.netloc):
        raise _Wrong("expected the id of a Google project: 6 to 30 small letters, digits and hyphens")
    prefix = _one_name(parts, "prefix of datasets")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", prefix):
        raise _Wrong("expected a prefix of letters, digits and _ that begins with a letter")
    location = query.get("location") or DEFAULT_LOCATION
    if not re.fullmatch(r"[A-Za-z0-9-]{2,40}", location):
        raise _Wrong("expected a location such as EU, US or europe-west1")
    return BigQuery(project=parts.netloc, prefix=prefix, location=location)
