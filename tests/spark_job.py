"""Run by .environments/spark's Python, as a stranger to the product: statements in, tables out.

`spark_job.py MASTER FOLDER` reads FOLDER/statements.json (names and SQL in Spark's dialect), makes each a table in
order over FOLDER/raw/table-*.parquet, and writes FOLDER/told.json: seconds of each, and tasks that each executor ran.
"""

import json
import sys
import time
import urllib.request
from pathlib import Path

from pyspark.sql import SparkSession

PREFIX = "table-"  # Spark passes over files whose name begins with _


def main(master: str, folder: Path) -> None:
    """Everything, in order."""
    spark = (
        SparkSession.builder.master(master)
        .appName("talentscope")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.autoBroadcastJoinThreshold", "1MB")
        .config("spark.executor.memory", "900m")
        .config("spark.driver.memory", "900m")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s")
        .config("spark.cores.max", "2")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        # Spark 4.3 calls daily.head_counts invalid between two of its rules, yet computes it right (a test compares)
        .config("spark.sql.lightweightPlanChangeValidation", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    for path in sorted((folder / "raw").glob("*.parquet")):
        spark.sql("CREATE DATABASE IF NOT EXISTS raw")
        spark.sql(f"CREATE TABLE raw.`{path.stem.removeprefix(PREFIX)}` USING parquet LOCATION '{path}'")
    seconds = {}
    for name, sql in json.loads((folder / "statements.json").read_text(encoding="utf-8")):
        sys.stderr.write(f"{name}\n")
        started = time.monotonic()
        schema, table = name.split(".")
        spark.sql(f"CREATE DATABASE IF NOT EXISTS `{schema}`")
        spark.sql(f"CREATE TABLE `{schema}`.`{table}` USING parquet AS {sql}")
        seconds[name] = round(time.monotonic() - started, 3)
    told = {"seconds": seconds, "tasks": _tasks(spark), "master": master, "version": spark.version}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    spark.stop()


def _tasks(spark: SparkSession) -> dict[str, int]:
    """Tasks done by each executor of the cluster, by Spark's own account."""
    context = spark.sparkContext
    url = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/executors"
    with urllib.request.urlopen(url, timeout=30) as answer:
        executors = json.load(answer)
    return {one["id"]: one["completedTasks"] for one in executors if one["id"] != "driver"}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).resolve())
