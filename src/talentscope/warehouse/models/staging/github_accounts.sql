MODEL (
  name staging.github_accounts,
  kind VIEW,
  description 'The latest observation of each public profile read.',
  grain (github_id),
  column_descriptions (
    github_id = 'The number that GitHub gives the account; logins change, this does not.',
    node_id = 'The node id that GitHub gives the account.',
    login = 'The login, as last seen in the profile.',
    type = 'User, Organization, Bot or Mannequin.',
    name = 'The name that the profile shows.',
    company = 'The employer that the profile states, as written.',
    location = 'The place that the profile states, as written.',
    bio = 'The bio, as written.',
    email = 'The e-mail address, only where the profile publishes one.',
    website = 'The web site that the profile names.',
    twitter = 'The Twitter handle that the profile names.',
    followers = 'Followers.',
    following = 'Accounts followed.',
    public_repositories = 'Public repositories, forks included.',
    created_at = 'When the account was made.',
    updated_at = 'When the profile last changed.',
    observed_at = 'When GitHub was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (github_id, login, observed_at)),
    unique_values_non_blocking(columns := (github_id))
  )
);

SELECT
  github_id::BIGINT AS github_id,
  node_id::TEXT AS node_id,
  login::TEXT AS login,
  type::TEXT AS type,
  name::TEXT AS name,
  company::TEXT AS company,
  location::TEXT AS location,
  bio::TEXT AS bio,
  email::TEXT AS email,
  website::TEXT AS website,
  twitter::TEXT AS twitter,
  followers::BIGINT AS followers,
  following::BIGINT AS following,
  public_repositories::BIGINT AS public_repositories,
  created_at::TIMESTAMPTZ AS created_at,
  updated_at::TIMESTAMPTZ AS updated_at,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.github_accounts
