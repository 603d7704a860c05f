MODEL (
  name staging.github_rejects,
  kind VIEW,
  description 'Records set aside because they break their contract, without their payload.',
  grain (source, kind, record_id, path),
  column_descriptions (
    source = 'The interface that sent it.',
    kind = 'What it should have been: repository, account, ownership.',
    record_id = 'Its id, as far as it has one.',
    path = 'The field at fault.',
    reason = 'What was expected and what came.',
    observed_at = 'When it came.'
  ),
  audits (
    not_null_non_blocking(columns := (source, kind, path, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (source, kind, record_id, path))
  )
);

SELECT
  source::TEXT AS source,
  kind::TEXT AS kind,
  record_id::TEXT AS record_id,
  path::TEXT AS path,
  reason::TEXT AS reason,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.github_rejects
