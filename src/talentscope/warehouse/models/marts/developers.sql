MODEL (
  name marts.developers,
  kind FULL,
  description 'Every account that owns a repository met, whoever it is: excluded ones stay, with the rule that caught them.',
  grain (github_id),
  column_descriptions (
    github_id = 'The number that GitHub gives the account; logins change, this does not.',
    node_id = 'The node id that GitHub gives the account.',
    login = 'The login, from whichever was seen last: the profile or a repository.',
    type = 'User, Organization, Bot or Mannequin.',
    name = 'The name that the profile shows; this and all profile columns are NULL until the profile was read.',
    company = 'The employer that the profile states, as written.',
    location = 'The place that the profile states, as written.',
    bio = 'The bio, as written.',
    email = 'The e-mail address, only where the profile publishes one.',
    website = 'The web site that the profile names.',
    twitter = 'The Twitter handle that the profile names.',
    employer_company_id = 'The company of the registry that this employer is, where that is certain enough.',
    employer_confidence = 'high or medium.',
    employer_evidence = 'What the employer was resolved by.',
    followers = 'Followers.',
    following = 'Accounts followed.',
    public_repositories = 'Public repositories by the profile''s own count, forks included.',
    account_created_at = 'When the account was made.',
    repository_count = 'Repositories met that are not forks.',
    fork_count = 'Forks met.',
    archived_count = 'Archived repositories met, without forks.',
    star_count = 'Stars over the repositories met that are not forks.',
    first_repository_at = 'When the oldest of these was made.',
    last_pushed_at = 'When one of these was last pushed to.',
    is_profile_known = 'Whether the profile was read.',
    excluded_rule = 'The rule that keeps the account out of leads; NULL where none does.',
    excluded_reason = 'That rule as a sentence with its number.',
    profile_observed_at = 'When the profile was read.',
    observed_at = 'When the account was last seen, by its profile or by a repository.'
  ),
  audits (
    not_null_non_blocking(columns := (github_id, login, type, observed_at, is_profile_known)),
    unique_values_non_blocking(columns := (github_id)),
    accepted_values_non_blocking(
      column := excluded_rule,
      is_in := (
        'gone',
        'organisation',
        'bot_type',
        'bot_name',
        'mass_commits',
        'mass_repositories',
        'forks_only',
        'archived_only'
      )),
    developer_has_repository,
    exclusion_has_reason
  )
);

WITH ranked AS (
  SELECT
    owner_github_id,
    owner_node_id,
    owner_login,
    owner_type,
    observed_at,
    ROW_NUMBER() OVER (
      PARTITION BY owner_github_id
      ORDER BY observed_at DESC, repository_github_id DESC
    ) AS place
  FROM staging.github_repositories
), owners AS (
  SELECT
    owner_github_id,
    owner_node_id,
    owner_login,
    owner_type,
    observed_at
  FROM ranked
  WHERE
    place = 1
), measured AS (
  SELECT
    owner_github_id,
    COUNT(CASE WHEN NOT is_fork THEN 1 END) AS repository_count,
    COUNT(CASE WHEN is_fork THEN 1 END) AS fork_count,
    COUNT(CASE WHEN NOT is_fork AND is_archived THEN 1 END) AS archived_count,
    COALESCE(SUM(CASE WHEN NOT is_fork THEN stars END), 0) AS star_count,
    MIN(CASE WHEN NOT is_fork THEN created_at END) AS first_repository_at,
    MAX(CASE WHEN NOT is_fork THEN pushed_at END) AS last_pushed_at,
    MAX(
      CASE
        WHEN NOT is_fork AND active_days >= @mass_commits_min_days
        THEN FLOOR(commits_owner::DOUBLE / (
          active_days + 1
        )::DOUBLE)::BIGINT
      END
    ) AS commits_per_day
  FROM marts.repositories
  GROUP BY
    owner_github_id
), joined AS (
  SELECT
    o.owner_github_id AS github_id,
    o.owner_node_id AS node_id,
    CASE WHEN a.observed_at >= o.observed_at THEN a.login ELSE o.owner_login END AS login,
    CASE WHEN a.observed_at >= o.observed_at THEN a.type ELSE o.owner_type END AS type,
    a.name,
    a.company,
    e.company_id AS employer_company_id,
    e.confidence AS employer_confidence,
    e.evidence AS employer_evidence,
    a.location,
    a.bio,
    a.email,
    a.website,
    a.twitter,
    a.followers,
    a.following,
    a.public_repositories,
    a.created_at AS account_created_at,
    m.repository_count,
    m.fork_count,
    m.archived_count,
    m.star_count,
    m.first_repository_at,
    m.last_pushed_at,
    m.commits_per_day,
    /* GREATEST passes over NULL, so an unknown date must be kept out of it: unknown data never excludes */
    CASE
      WHEN NOT a.created_at IS NULL
      THEN FLOOR(
        a.public_repositories::DOUBLE / (
          GREATEST(DATE_DIFF('DAY', a.created_at::DATE, a.observed_at::DATE), 0) + 1
        )::DOUBLE
      )
    END::BIGINT AS repositories_per_day,
    NOT a.github_id IS NULL AS is_profile_known,
    a.observed_at AS profile_observed_at,
    GREATEST(o.observed_at, COALESCE(a.observed_at, o.observed_at)) AS observed_at,
    t.observed_at AS gone_at
  FROM owners AS o
  INNER JOIN measured AS m
    ON m.owner_github_id = o.owner_github_id
  LEFT JOIN staging.github_accounts AS a
    ON a.github_id = o.owner_github_id
  LEFT JOIN staging.github_tombstones AS t
    ON t.kind = 'account'
    AND t.node_id = o.owner_node_id
    AND t.observed_at >= COALESCE(a.observed_at, t.observed_at)
  LEFT JOIN staging.employer_names AS e
    ON e.stated = a.company AND e.confidence IN ('high', 'medium')
), judged AS (
  SELECT
    *,
    CASE
      WHEN NOT gone_at IS NULL
      THEN 'gone'
      WHEN type = 'Organization'
      THEN 'organisation'
      WHEN type IN ('Bot', 'Mannequin')
      THEN 'bot_type'
      WHEN RIGHT(LOWER(login), 5) = '[bot]'
      OR STRPOS(@service_names, '|' || LOWER(login) || '|') > 0
      OR @REDUCE(
        @EACH(@bot_words, word -> STRPOS('-' || REPLACE(LOWER(login), '_', '-') || '-', word) > 0),
        (x, y) -> x OR y
      )
      THEN 'bot_name'
      WHEN commits_per_day >= @mass_commits_per_day
      THEN 'mass_commits'
      WHEN public_repositories >= @mass_repositories_min
      AND repositories_per_day >= @mass_repositories_per_day
      THEN 'mass_repositories'
      WHEN repository_count = 0
      THEN 'forks_only'
      WHEN archived_count = repository_count
      THEN 'archived_only'
    END AS excluded_rule
  FROM joined
)
SELECT
  github_id::BIGINT AS github_id,
  node_id::TEXT AS node_id,
  login::TEXT AS login,
  type::TEXT AS type,
  name::TEXT AS name,
  company::TEXT AS company,
  employer_company_id::TEXT AS employer_company_id,
  employer_confidence::TEXT AS employer_confidence,
  employer_evidence::TEXT AS employer_evidence,
  location::TEXT AS location,
  bio::TEXT AS bio,
  email::TEXT AS email,
  website::TEXT AS website,
  twitter::TEXT AS twitter,
  followers::BIGINT AS followers,
  following::BIGINT AS following,
  public_repositories::BIGINT AS public_repositories,
  account_created_at::TIMESTAMPTZ AS account_created_at,
  repository_count::BIGINT AS repository_count,
  fork_count::BIGINT AS fork_count,
  archived_count::BIGINT AS archived_count,
  star_count::BIGINT AS star_count,
  first_repository_at::TIMESTAMPTZ AS first_repository_at,
  last_pushed_at::TIMESTAMPTZ AS last_pushed_at,
  is_profile_known::BOOLEAN AS is_profile_known,
  excluded_rule::TEXT AS excluded_rule,
  CASE excluded_rule
    WHEN 'gone'
    THEN 'GitHub no longer knows this account'
    WHEN 'organisation'
    THEN 'an organisation, not a person'
    WHEN 'bot_type'
    THEN 'GitHub marks this account as ' || type
    WHEN 'bot_name'
    THEN 'the login ' || login || ' names a machine account'
    WHEN 'mass_commits'
    THEN commits_per_day::TEXT || ' commits a day on average in one repository; ' || @mass_commits_per_day::TEXT || ' or more is a machine'
    WHEN 'mass_repositories'
    THEN public_repositories::TEXT || ' public repositories, ' || repositories_per_day::TEXT || ' a day since the account was made; '
    || @mass_repositories_per_day::TEXT || ' or more is a machine'
    WHEN 'forks_only'
    THEN 'all ' || fork_count::TEXT || ' known repositories are forks'
    WHEN 'archived_only'
    THEN 'all ' || archived_count::TEXT || ' known repositories are archived'
  END::TEXT AS excluded_reason,
  profile_observed_at::TIMESTAMPTZ AS profile_observed_at,
  observed_at::TIMESTAMPTZ AS observed_at
FROM judged
