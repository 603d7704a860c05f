MODEL (
  name marts.repositories,
  kind FULL,
  description 'Every repository met that is not gone, with how much of it its owner wrote.',
  grain (repository_node_id),
  column_descriptions (
    repository_node_id = 'The node id that GitHub gives the repository; it survives renames.',
    repository_github_id = 'The number that GitHub gives the repository.',
    full_name = 'Owner and name, as last seen.',
    name = 'The name without its owner.',
    owner_github_id = 'The number of the account that owns it.',
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
    commits_total = 'Commits on the default branch; NULL where unknown.',
    commits_owner = 'Of these, by the owner; NULL where unknown.',
    owner_commit_share = 'Commits by the owner of all commits, 0 to 1; NULL where unknown or where there is no commit.',
    contributors = 'Contributors; NULL where unknown.',
    active_days = 'Days from when it was made to its last push, at least 0; NULL if never pushed.',
    ownership_observed_at = 'When GitHub was asked about commits; NULL if not asked.',
    observed_at = 'When GitHub was asked about the repository.'
  ),
  audits (
    not_null_non_blocking(
      columns := (repository_node_id, repository_github_id, full_name, owner_github_id, owner_login, observed_at)),
    unique_values_non_blocking(columns := (repository_node_id)),
    accepted_range_non_blocking(column := owner_commit_share, min_v := 0, max_v := 1),
    accepted_range_non_blocking(column := active_days, min_v := 0),
    accepted_range_non_blocking(column := stars, min_v := 0)
  )
);

WITH proven AS (
  SELECT
    repository_node_id,
    owner_github_id,
    commits_total,
    commits_owner,
    contributors,
    observed_at
  FROM staging.github_ownership
)
SELECT
  r.repository_node_id,
  r.repository_github_id,
  r.full_name,
  r.name,
  r.owner_github_id,
  r.owner_login,
  r.owner_type,
  r.description,
  r.homepage,
  r.language,
  r.license,
  r.topic_count,
  r.stars,
  r.forks,
  r.size_kb,
  r.is_fork,
  r.is_archived,
  r.is_template,
  r.created_at,
  r.pushed_at,
  r.updated_at,
  p.commits_total,
  p.commits_owner,
  CASE
    WHEN p.commits_total > 0 AND p.commits_owner >= 0
    THEN LEAST(p.commits_owner, p.commits_total)::DOUBLE / p.commits_total::DOUBLE
  END::DOUBLE AS owner_commit_share,
  p.contributors,
  CASE
    WHEN NOT r.pushed_at IS NULL AND NOT r.created_at IS NULL
    THEN GREATEST(DATE_DIFF('DAY', r.created_at::DATE, r.pushed_at::DATE), 0)
  END::BIGINT AS active_days,
  p.observed_at AS ownership_observed_at,
  r.observed_at
FROM staging.github_repositories AS r
/* a proof about an earlier owner says nothing about this one */
LEFT JOIN proven AS p
  ON p.repository_node_id = r.repository_node_id AND p.owner_github_id = r.owner_github_id
