MODEL (
  name marts.runs,
  kind FULL,
  description 'Each run as it stands: its newest row.',
  grain (run_id),
  column_descriptions (
    run_id = 'The run.',
    pipeline = 'The pipeline.',
    started_at = 'When it started.',
    ended_at = 'When it ended; NULL while it runs.',
    state = 'running, done, out_of_budget or failed.',
    message = 'What ended it, in words.',
    briefs = 'The briefs it collected for.',
    search_requests = 'Search requests made.',
    core_requests = 'Other REST requests made.',
    graphql_requests = 'GraphQL requests made.',
    graphql_points = 'GraphQL points spent.',
    search_limit = 'How many search requests a minute GitHub allowed, as it last said.',
    search_remaining = 'How many of them were left then; NULL if it never said.',
    core_limit = 'How many other REST requests an hour GitHub allowed, as it last said.',
    core_remaining = 'How many of them were left then; NULL if it never said.',
    graphql_limit = 'How many GraphQL points an hour GitHub allowed, as it last said.',
    graphql_remaining = 'How many of them were left then; NULL if it never said.',
    requests = 'Requests made to sources other than GitHub; NULL in runs of before there were any.',
    rows_loaded = 'Raw rows stored.',
    left_out = 'What was left out, and why.',
    site = 'Where people look at what it found, such as https://github.com.',
    observed_at = 'When this was so.'
  ),
  audits (
    not_null_non_blocking(columns := (run_id, state, observed_at)),
    unique_values_non_blocking(columns := (run_id)),
    accepted_values_non_blocking(column := state, is_in := ('running', 'done', 'out_of_budget', 'failed'))
  )
);

WITH ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY run_id
      ORDER BY observed_at DESC, load_id DESC, CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END
    ) AS place
  FROM staging.runs
)
SELECT
  run_id,
  pipeline,
  started_at,
  ended_at,
  state,
  message,
  briefs,
  search_requests,
  core_requests,
  graphql_requests,
  graphql_points,
  search_limit,
  search_remaining,
  core_limit,
  core_remaining,
  graphql_limit,
  graphql_remaining,
  requests,
  rows_loaded,
  left_out,
  site,
  observed_at
FROM ranked
WHERE
  place = 1
