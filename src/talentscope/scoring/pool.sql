-- Everybody who passes a brief, with the components of the score: all that does not depend on weights.
owners AS (
  SELECT
    owner_github_id,
    count(*) AS matched_count,
    sum(evidence) AS evidence,
    bit_or(bits) AS bits,
    (sum(commits_owner) FILTER (owner_commit_share IS NOT NULL))::BIGINT AS commits_owner,
    (sum(commits_total) FILTER (owner_commit_share IS NOT NULL))::BIGINT AS commits_total,
    max(substance, 3) AS substances,
    max(stars) AS stars,
    max(pushed_at) AS pushed_at
  FROM matched
  GROUP BY owner_github_id
),
measured AS (
  SELECT
    d.github_id, d.login, d.name, d.email, d.website, d.twitter, d.followers, d.is_profile_known,
    greatest(d.repository_count, o.matched_count) AS known_count,
    o.* EXCLUDE (owner_github_id),
    o.evidence / (o.evidence + $depth_half) AS depth,
    (o.evidence + $focus_prior_count * $focus_prior)
      / (greatest(d.repository_count, o.matched_count) + $focus_prior_count) AS focus,
    bit_count(o.bits) / $term_count::DOUBLE AS breadth,
    CASE WHEN o.pushed_at IS NOT NULL THEN greatest(0, $as_of::DATE - o.pushed_at::DATE) END AS days_since_push
  FROM owners AS o JOIN developers AS d ON d.github_id = o.owner_github_id
  -- over both sides, for the same reason; and text is only looked at for those who pass the rest
  WHERE CASE WHEN o.matched_count > 0
    AND d.excluded_rule IS NULL
    AND (d.followers IS NULL OR d.followers BETWEEN $followers_min AND $followers_max)
    AND (
      $contact = 'none' OR NOT d.is_profile_known OR d.email IS NOT NULL
      OR ($contact = 'any' AND (d.website IS NOT NULL OR d.twitter IS NOT NULL))
    )
  THEN
    ($places::VARCHAR IS NULL OR regexp_matches(lower(strip_accents(d.location)), $places::VARCHAR))
    AND (
      $companies::VARCHAR IS NULL OR d.company IS NULL
      OR NOT regexp_matches(lower(strip_accents(d.company)), $companies::VARCHAR)
    )
    AND ($employers::VARCHAR[] IS NULL OR list_contains($employers::VARCHAR[], d.employer_company_id))
    AND NOT coalesce(list_contains($other_employers::VARCHAR[], d.employer_company_id), FALSE)
  END
),
components AS (
  SELECT
    *,
    $depth_share * depth + $focus_share * least(1, focus) + $breadth_share * breadth AS relevance,
    CASE WHEN commits_total > 0 THEN least(1, commits_owner / commits_total::DOUBLE) END AS authorship,
    $first_share * substances[1] + $second_share * coalesce(substances[2], 0)
      + $third_share * coalesce(substances[3], 0) AS substance,
    ($star_values::DOUBLE[])[len(list_filter($star_floors::BIGINT[], lambda floor: floor <= stars))] AS validation,
    ($day_values::DOUBLE[])[len(list_filter($day_floors::BIGINT[], lambda floor: floor <= days_since_push))] AS recency,
    CASE WHEN is_profile_known THEN
      $email_value * (email IS NOT NULL)::INTEGER + $website_value * (website IS NOT NULL)::INTEGER
      + $twitter_value * (twitter IS NOT NULL)::INTEGER
    END AS reach,
    ($follower_values::DOUBLE[])[len(list_filter($follower_floors::BIGINT[], lambda floor: floor <= followers))]
      AS attention
  FROM measured
)
SELECT
  github_id, login, lower(strip_accents(login || chr(10) || coalesce(name, ''))) AS text, followers, stars,
  matched_count, known_count, bits, commits_owner, commits_total, days_since_push, is_profile_known,
  relevance, authorship, substance, validation, recency, reach, attention
FROM components
