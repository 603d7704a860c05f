MODEL (
  name marts.rejects,
  kind FULL,
  description 'Records set aside, counted by what was wrong with them.',
  grain (source, kind, path, reason),
  column_descriptions (
    source = 'The interface that sent them.',
    kind = 'What they should have been: repository, account, ownership.',
    path = 'The field at fault.',
    reason = 'What was expected and what came.',
    reject_count = 'How many records.',
    last_observed_at = 'When the last of them came.'
  ),
  audits (
    not_null_non_blocking(columns := (source, kind, path, reject_count)),
    unique_combination_of_columns_non_blocking(columns := (source, kind, path, reason))
  )
);

SELECT
  source,
  kind,
  path,
  reason,
  COUNT(*)::BIGINT AS reject_count,
  MAX(observed_at)::TIMESTAMPTZ AS last_observed_at
FROM staging.github_rejects
GROUP BY
  source,
  kind,
  path,
  reason
