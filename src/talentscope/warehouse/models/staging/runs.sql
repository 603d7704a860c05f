MODEL (
  name staging.runs,
  kind VIEW,
  description 'One row each time a run changed its state; completed loads only.',
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
    observed_at = 'When this was so.',
    load_id = 'The load package that brought the row.'
  ),
  audits (
    not_null_non_blocking(columns := (run_id, state, observed_at))
  )
);

SELECT
  r.run_id::TEXT AS run_id,
  r.pipeline::TEXT AS pipeline,
  r.started_at::TIMESTAMPTZ AS started_at,
  r.ended_at::TIMESTAMPTZ AS ended_at,
  r.state::TEXT AS state,
  r.message::TEXT AS message,
  r.briefs::TEXT AS briefs,
  r.search_requests::BIGINT AS search_requests,
  r.core_requests::BIGINT AS core_requests,
  r.graphql_requests::BIGINT AS graphql_requests,
  r.graphql_points::BIGINT AS graphql_points,
  r.search_limit::BIGINT AS search_limit,
  r.search_remaining::BIGINT AS search_remaining,
  r.core_limit::BIGINT AS core_limit,
  r.core_remaining::BIGINT AS core_remaining,
  r.graphql_limit::BIGINT AS graphql_limit,
  r.graphql_remaining::BIGINT AS graphql_remaining,
  r.requests::BIGINT AS requests,
  r.rows_loaded::BIGINT AS rows_loaded,
  r.left_out::TEXT AS left_out,
  r.site::TEXT AS site,
  r.observed_at::TIMESTAMPTZ AS observed_at,
  r._dlt_load_id::TEXT AS load_id
FROM raw.runs AS r
INNER JOIN raw._dlt_loads AS l
  ON l.load_id = r._dlt_load_id AND l.status = 0
