MODEL (
  name marts.source_visits,
  kind FULL,
  description 'What each source did in the newest run that knew of it, a row for each day that it was asked about.',
  grain (source, day),
  column_descriptions (
    source = 'The source.',
    day = 'The day that it was asked about.',
    run_id = 'The run.',
    state = 'ok, partial (some companies without an answer), down or off.',
    requests = 'Requests made.',
    unchanged = 'Of these, answered as unchanged.',
    companies = 'Companies asked about.',
    observations = 'Facts that came.',
    without_value = 'Of these, without a value.',
    seconds = 'From the first request to the last answer.',
    reason = 'Why the state is not ok.',
    last_good_day = 'The newest day that it was ever asked about and answered, at least in part.',
    observed_at = 'When the run wrote it down.'
  ),
  audits (
    not_null_non_blocking(columns := (source, day, run_id, state, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (source, day)),
    accepted_values_non_blocking(column := state, is_in := ('ok', 'partial', 'down', 'off'))
  )
);

WITH runs AS (
  SELECT
    source,
    run_id,
    ROW_NUMBER() OVER (PARTITION BY source ORDER BY MAX(observed_at) DESC, run_id DESC) AS place
  FROM staging.source_visits
  GROUP BY
    source,
    run_id
), good AS (
  SELECT
    source,
    MAX(day) AS last_good_day
  FROM staging.source_visits
  WHERE
    state IN ('ok', 'partial')
  GROUP BY
    source
), ranked AS (
  SELECT
    v.*,
    g.last_good_day,
    ROW_NUMBER() OVER (PARTITION BY v.source, v.day ORDER BY v.observed_at DESC, v.load_id DESC, v.state) AS place
  FROM staging.source_visits AS v
  INNER JOIN runs AS r
    ON r.source = v.source AND r.run_id = v.run_id AND r.place = 1
  LEFT JOIN good AS g
    ON g.source = v.source
)
SELECT
  source,
  day,
  run_id,
  state,
  requests,
  unchanged,
  companies,
  observations,
  without_value,
  seconds,
  reason,
  last_good_day,
  observed_at
FROM ranked
WHERE
  place = 1
