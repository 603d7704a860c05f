MODEL (
  name staging.company_boards,
  kind VIEW,
  description 'Job boards of each company: every one that was ever in the registry.',
  grain (company_id, vendor, token),
  column_descriptions (
    company_id = 'The company.',
    vendor = 'The system that the board runs on: greenhouse, lever, ashby and so on.',
    token = 'What the vendor calls the employer.',
    subject = 'Both as observations name them: vendor:token.',
    is_current = 'Whether the company hires there at the time of the last run, by the registry.',
    observed_at = 'When the registry was last read with this board in it.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, vendor, token, is_current, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (company_id, vendor, token))
  )
);

SELECT
  b.company_id::TEXT AS company_id,
  b.vendor::TEXT AS vendor,
  b.token::TEXT AS token,
  (
    b.vendor || ':' || b.token
  )::TEXT AS subject,
  COALESCE(b.is_current AND b.observed_at = r.read_at, FALSE)::BOOLEAN AS is_current,
  b.observed_at::TIMESTAMPTZ AS observed_at
FROM raw.company_boards AS b
CROSS JOIN (
  SELECT
    MAX(observed_at) AS read_at
  FROM raw.companies
) AS r
