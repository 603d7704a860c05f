"""talentscope finds developers worth writing to, and employers worth joining, from public evidence, and shows why."""

__version__ = "0.1.0"
