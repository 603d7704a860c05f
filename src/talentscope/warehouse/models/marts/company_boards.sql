MODEL (
  name marts.company_boards,
  kind FULL,
  description 'Job boards that companies have or had by the registry, with their last good reading.',
  grain (company_id, vendor, token),
  column_descriptions (
    company_id = 'The company.',
    vendor = 'The system that the board runs on.',
    token = 'What the vendor calls the employer.',
    is_current = 'Whether the company hires there now, by the registry.',
    state = 'How the newest reading stands: ok, empty, capped, stale, blocked or missing; NULL where it was never asked.',
    reason = 'Why, where it is not ok.',
    asked_as_of = 'The day of the newest reading.',
    open_offers = 'Distinct open requisitions by the last good reading; NULL if there never was one.',
    postings = 'Listings by the last good reading.',
    as_of = 'The day of the last good reading.',
    age_days = 'Days from that day to the newest day of the snapshot.',
    source_url = 'Where it was read.',
    evidence = 'What the board said beside the number.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, vendor, token, is_current)),
    unique_combination_of_columns_non_blocking(columns := (company_id, vendor, token))
  )
);

WITH facts AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY company_id, metric, subject
      ORDER BY asked_as_of DESC, CASE WHEN value IS NULL THEN 1 ELSE 0 END, asked_at DESC, source
    ) AS place
  FROM marts.company_facts
)
SELECT
  b.company_id,
  b.vendor,
  b.token,
  b.is_current,
  f.state,
  f.reason,
  f.asked_as_of,
  ROUND(f.value)::BIGINT AS open_offers,
  ROUND(p.value)::BIGINT AS postings,
  f.as_of,
  f.age_days,
  f.source_url,
  f.evidence
FROM staging.company_boards AS b
LEFT JOIN facts AS f
  ON f.company_id = b.company_id AND f.subject = b.subject AND f.metric = 'open_offers' AND f.place = 1
LEFT JOIN facts AS p
  ON p.company_id = b.company_id AND p.subject = b.subject AND p.metric = 'postings' AND p.place = 1
