MODEL (
  name marts.coverage,
  kind FULL,
  description 'How far each query was read: its newest row.',
  grain (query),
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
    observed_at = 'When this was so.'
  ),
  audits (
    not_null_non_blocking(columns := (query, state, run_id, observed_at)),
    unique_values_non_blocking(columns := (query)),
    accepted_values_non_blocking(column := state, is_in := ('draining', 'drained'))
  )
);

WITH ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY query
      ORDER BY observed_at DESC, load_id DESC, requests DESC, read DESC
    ) AS place
  FROM staging.github_coverage
)
SELECT
  query,
  since,
  reported,
  read,
  missing,
  requests,
  incomplete_pages,
  fallbacks,
  state,
  watermark,
  is_sweep,
  run_id,
  observed_at
FROM ranked
WHERE
  place = 1
