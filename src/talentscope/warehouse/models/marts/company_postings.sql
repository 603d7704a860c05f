MODEL (
  name marts.company_postings,
  kind FULL,
  description 'Listings that were open at their board''s last good reading, on boards that companies have now.',
  grain (company_id, vendor, board, posting_id),
  column_descriptions (
    company_id = 'The company.',
    vendor = 'The system that the board runs on.',
    board = 'What the vendor calls the employer.',
    posting_id = 'The id that the vendor gives the listing.',
    requisition_id = 'The job that the listing is for: listings with one requisition are one offer.',
    title = 'The title, as written.',
    department = 'The department, as written.',
    location = 'The place, as written.',
    url = 'Where to read it.',
    opened_at = 'When it was first published, as far as the vendor says.',
    as_of = 'The day of the reading.',
    observed_at = 'When the board was read.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, vendor, board, posting_id, as_of, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (company_id, vendor, board, posting_id))
  )
);

WITH readings AS (
  SELECT
    company_id,
    subject,
    as_of,
    observed_at,
    ROW_NUMBER() OVER (PARTITION BY company_id, subject ORDER BY as_of DESC, observed_at DESC) AS place
  FROM staging.company_observations
  WHERE
    metric = 'open_offers' AND is_good
)
SELECT
  p.company_id,
  p.vendor,
  p.board,
  p.posting_id,
  p.requisition_id,
  p.title,
  p.department,
  p.location,
  p.url,
  p.opened_at,
  r.as_of,
  p.observed_at
FROM staging.company_postings AS p
INNER JOIN staging.company_boards AS b
  ON b.company_id = p.company_id AND b.vendor = p.vendor AND b.token = p.board AND b.is_current
INNER JOIN readings AS r
  ON r.company_id = p.company_id
  AND r.subject = b.subject
  AND r.place = 1
  AND p.observed_at >= r.observed_at
