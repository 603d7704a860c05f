MODEL (
  name staging.source_visits,
  kind VIEW,
  description 'What each source of a companies run did and cost; completed loads only.',
  column_descriptions (
    run_id = 'The run.',
    source = 'The source.',
    day = 'The day that it was asked about.',
    state = 'ok, partial, down or off.',
    requests = 'Requests made.',
    unchanged = 'Of these, answered as unchanged.',
    companies = 'Companies asked about.',
    observations = 'Facts that came.',
    without_value = 'Of these, without a value.',
    seconds = 'From the first request to the last answer.',
    reason = 'Why the state is not ok.',
    observed_at = 'When the run wrote it down.',
    load_id = 'The load package that brought the row.'
  ),
  audits (
    not_null_non_blocking(columns := (run_id, source, day, state, observed_at)),
    accepted_values_non_blocking(column := state, is_in := ('ok', 'partial', 'down', 'off'))
  )
);

SELECT
  v.run_id::TEXT AS run_id,
  v.source::TEXT AS source,
  v.day::DATE AS day,
  v.state::TEXT AS state,
  v.requests::BIGINT AS requests,
  v.unchanged::BIGINT AS unchanged,
  v.companies::BIGINT AS companies,
  v.observations::BIGINT AS observations,
  v.without_value::BIGINT AS without_value,
  v.seconds::DOUBLE AS seconds,
  v.reason::TEXT AS reason,
  v.observed_at::TIMESTAMPTZ AS observed_at,
  v._dlt_load_id::TEXT AS load_id
FROM raw.source_visits AS v
INNER JOIN raw._dlt_loads AS l
  ON l.load_id = v._dlt_load_id AND l.status = 0
