MODEL (
  name staging.github_tombstones,
  kind VIEW,
  description 'Nodes that GitHub no longer knows.',
  grain (kind, node_id),
  column_descriptions (
    kind = 'repository or account.',
    node_id = 'The node id that GitHub no longer knows.',
    reason = 'What GitHub said.',
    observed_at = 'When GitHub was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (kind, node_id, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (kind, node_id))
  )
);

SELECT
  kind::TEXT AS kind,
  node_id::TEXT AS node_id,
  reason::TEXT AS reason,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.github_tombstones
