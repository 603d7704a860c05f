"""Where the databases are: settings become addresses that the drivers understand."""

from __future__ import annotations

import atexit
from functools import cache

from talentscope.cli.secret import secret
from talentscope.runtime.addresses import CloudSql, Postgres, parse_address, parse_desk_address
from talentscope.runtime.settings import Settings


def warehouse_url(settings: Settings) -> str | None:
    """DATABASE_URL as the warehouse takes it; None: DuckDB. A Cloud SQL address is one of a local socket by then.

    Raises SettingError, and WarehouseError where Cloud SQL cannot be reached.
    """
    url = secret(settings.database_url, setting="DATABASE_URL")
    address = parse_address(url)
    return reach(address).url if isinstance(address, CloudSql) else url


def desk_address(settings: Settings) -> Postgres | None:
    """The server where the desk is; None: a file in the data directory. Raises as `warehouse_url`."""
    address = parse_desk_address(
        secret(settings.database_url, setting="DATABASE_URL"),
        secret(settings.desk_url, setting="TALENTSCOPE_DESK_URL"),
    )
    return reach(address) if isinstance(address, CloudSql) else address


@cache
def reach(target: CloudSql) -> Postgres:
    """The instance by a socket of this machine, which lasts as long as this process.

    Raises SettingError without the library or credentials, WarehouseError if the instance cannot be reached.
    """
    from talentscope.transport.cloud_sql import Gateway, build_connector

    gateway = Gateway(target, build_connector())
    atexit.register(gateway.close)
    gateway.probe()
    return gateway.address
