MODEL (
  name staging.github_coverage,
  kind VIEW,
  description 'For each query and run, what the source said exists and what was read; completed loads only.',
  column_descriptions (
    query = 'The search text without its bound on pushed.',
    since = 'The bound on pushed that the search started from.',
    reported = 'How many repositories GitHub said match.',
    read = 'How many distinct ones were read.',
    missing = 'Reported less read, at least 0.',
    requests = 'Search requests made.',
    incomplete_pages = 'Pages that GitHub marked as incomplete.',
    fallbacks = 'Times the order was broken and windows of created were read instead.',
    state = 'draining or drained.',
    watermark = 'The newest pushed time that is fully drained.',
    is_sweep = 'Whether it was a full sweep.',
    run_id = 'The run.',
    observed_at = 'When this was so.',
    load_id = 'The load package that brought the row.'
  ),
  audits (
    not_null_non_blocking(columns := (query, state, run_id, observed_at))
  )
);

SELECT
  c.query::TEXT AS query,
  c.since::TIMESTAMPTZ AS since,
  c.reported::BIGINT AS reported,
  c.read::BIGINT AS read,
  c.missing::BIGINT AS missing,
  c.requests::BIGINT AS requests,
  c.incomplete_pages::BIGINT AS incomplete_pages,
  c.fallbacks::BIGINT AS fallbacks,
  c.state::TEXT AS state,
  c.watermark::TIMESTAMPTZ AS watermark,
  c.is_sweep::BOOLEAN AS is_sweep,
  c.run_id::TEXT AS run_id,
  c.observed_at::TIMESTAMPTZ AS observed_at,
  c._dlt_load_id::TEXT AS load_id
FROM raw.github_coverage AS c
INNER JOIN raw._dlt_loads AS l
  ON l.load_id = c._dlt_load_id AND l.status = 0
