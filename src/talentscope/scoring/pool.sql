-- `matched`: the repositories of a ground that pass the brief's repository filters (spots.py).
-- Every account with a repository that answers, with the components of the score: all that does not depend on weights,
-- and before any filter on developers (owners.py).
WITH
gathered AS (
  SELECT
    owner_github_id,
    count(*) AS matched_count,
    sum(evidence) AS evidence,
    bit_or(bits) AS bits,
    (sum(commits_owner) FILTER (owner_commit_share IS NOT NULL))::BIGINT AS commits_owner,
    (sum(commits_total) FILTER (owner_commit_share IS NOT NULL))::BIGINT AS commits_total,
    max(substance, 3) AS substances,
    max(stars) AS stars,
    max(pushed_on) AS pushed_on
  FROM matched
  GROUP BY owner_github_id
),
measured AS (
  SELECT
    o.owner_place, o.github_id, o.has_email, o.has_website, o.has_twitter, o.followers, o.is_profile_known,
    greatest(o.repository_count, g.matched_count) AS known_count,
    g.* EXCLUDE (owner_github_id),
    g.evidence / (g.evidence + $depth_half) AS depth,
    (g.evidence + $focus_prior_count * $focus_prior)
      / (greatest(o.repository_count, g.matched_count) + $focus_prior_count) AS focus,
    bit_count(g.bits) / $term_count::DOUBLE AS breadth,
    CASE WHEN g.pushed_on IS NOT NULL THEN greatest(0, $as_of::DATE - g.pushed_on) END AS days_since_push
  FROM gathered AS g JOIN owners AS o ON o.github_id = g.owner_github_id
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
      $email_value * has_email::INTEGER + $website_value * has_website::INTEGER
      + $twitter_value * has_twitter::INTEGER
    END AS reach,
    ($follower_values::DOUBLE[])[len(list_filter($follower_floors::BIGINT[], lambda floor: floor <= followers))]
      AS attention
  FROM measured
)
SELECT
  owner_place, github_id, followers, stars, matched_count, known_count, bits, commits_owner, commits_total,
  days_since_push, is_profile_known, relevance, authorship, substance, validation, recency, reach, attention
FROM components
