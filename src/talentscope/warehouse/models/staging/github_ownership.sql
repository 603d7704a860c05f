MODEL (
  name staging.github_ownership,
  kind VIEW,
  description 'How much of each repository its owner wrote, where that was asked.',
  grain (repository_node_id),
  column_descriptions (
    repository_node_id = 'The repository.',
    owner_github_id = 'The owner whose commits were counted.',
    commits_total = 'Commits on the default branch; NULL where GitHub would not say.',
    commits_owner = 'Of these, by the owner; NULL where GitHub would not say.',
    contributors = 'Contributors; NULL where not told.',
    observed_at = 'When GitHub was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (repository_node_id, observed_at)),
    unique_values_non_blocking(columns := (repository_node_id))
  )
);

SELECT
  repository_node_id::TEXT AS repository_node_id,
  owner_github_id::BIGINT AS owner_github_id,
  commits_total::BIGINT AS commits_total,
  commits_owner::BIGINT AS commits_owner,
  contributors::BIGINT AS contributors,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.github_ownership
