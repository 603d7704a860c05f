MODEL (
  name staging.company_postings,
  kind VIEW,
  description 'The latest observation of each listing on a board that tells them one by one.',
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
    observed_at = 'When the board was last seen with it.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, vendor, board, posting_id, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (company_id, vendor, board, posting_id))
  )
);

SELECT
  company_id::TEXT AS company_id,
  vendor::TEXT AS vendor,
  board::TEXT AS board,
  posting_id::TEXT AS posting_id,
  requisition_id::TEXT AS requisition_id,
  title::TEXT AS title,
  department::TEXT AS department,
  location::TEXT AS location,
  url::TEXT AS url,
  opened_at::TIMESTAMPTZ AS opened_at,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.company_postings
