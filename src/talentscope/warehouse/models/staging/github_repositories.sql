MODEL (
  name staging.github_repositories,
  kind VIEW,
  description 'The latest observation of each repository met, except those that GitHub has since said are gone.',
  grain (repository_node_id),
  column_descriptions (
    repository_node_id = 'The node id that GitHub gives the repository; it survives renames.',
    repository_github_id = 'The number that GitHub gives the repository.',
    full_name = 'Owner and name, as last seen.',
    name = 'The name without its owner.',
    owner_github_id = 'The number of the account that owns it.',
    owner_node_id = 'The node id of the account that owns it.',
    owner_login = 'The login of the owner, as last seen with this repository.',
    owner_type = 'User, Organization, Bot or Mannequin.',
    description = 'The one-line description, as its owner wrote it.',
    homepage = 'The web page that the repository names.',
    language = 'The main language by GitHub''s count.',
    license = 'The SPDX id of the licence.',
    topic_count = 'How many topics it carries.',
    stars = 'Accounts that starred it.',
    forks = 'Forks of it.',
    size_kb = 'Size on disk, in KiB.',
    is_fork = 'Whether it is a fork.',
    is_archived = 'Whether it is archived.',
    is_template = 'Whether it is a template; NULL where not told.',
    created_at = 'When it was made.',
    pushed_at = 'When it was last pushed to; NULL if never.',
    updated_at = 'When it last changed in any way.',
    observed_at = 'When GitHub was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (repository_node_id, owner_github_id, observed_at)),
    unique_values_non_blocking(columns := (repository_node_id))
  )
);

SELECT
  r.node_id::TEXT AS repository_node_id,
  r.github_id::BIGINT AS repository_github_id,
  r.full_name::TEXT AS full_name,
  r.name::TEXT AS name,
  r.owner_github_id::BIGINT AS owner_github_id,
  r.owner_node_id::TEXT AS owner_node_id,
  r.owner_login::TEXT AS owner_login,
  r.owner_type::TEXT AS owner_type,
  r.description::TEXT AS description,
  r.homepage::TEXT AS homepage,
  r.language::TEXT AS language,
  r.license::TEXT AS license,
  r.topic_count::BIGINT AS topic_count,
  r.stars::BIGINT AS stars,
  r.forks::BIGINT AS forks,
  r.size_kb::BIGINT AS size_kb,
  r.is_fork::BOOLEAN AS is_fork,
  r.is_archived::BOOLEAN AS is_archived,
  r.is_template::BOOLEAN AS is_template,
  r.created_at::TIMESTAMPTZ AS created_at,
  r.pushed_at::TIMESTAMPTZ AS pushed_at,
  r.updated_at::TIMESTAMPTZ AS updated_at,
  r.observed_at::TIMESTAMPTZ AS observed_at
FROM raw.github_repositories AS r
LEFT JOIN raw.github_tombstones AS t
  ON t.kind = 'repository' AND t.node_id = r.node_id AND t.observed_at >= r.observed_at
WHERE
  t.node_id IS NULL
