-- The accounts behind a ground: what filters, orders and components ask of them. No rule excludes them.
SELECT
  github_id, login, lower(strip_accents(login || chr(10) || coalesce(name, ''))) AS text, followers, is_profile_known,
  email IS NOT NULL AS has_email, website IS NOT NULL AS has_website, twitter IS NOT NULL AS has_twitter,
  location, company, employer_company_id, repository_count
FROM developers
-- over both sides, else the planner takes those whom no rule excludes for few
WHERE CASE WHEN github_id IS NOT NULL THEN excluded_rule IS NULL END
  AND github_id IN (SELECT owner_github_id FROM spots)
