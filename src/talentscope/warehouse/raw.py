"""All raw tables: those of the talent pipeline, then those of the companies pipeline."""

from __future__ import annotations

from talentscope.warehouse.company_tables import COMPANY_TABLES
from talentscope.warehouse.tables import TALENT_TABLES

RAW_TABLES = (*TALENT_TABLES, *COMPANY_TABLES)
