MODEL (
  name staging.company_organisations,
  kind VIEW,
  description 'GitHub organisations of each company, as the registry names them now.',
  grain (company_id, organisation),
  column_descriptions (
    company_id = 'The company.',
    organisation = 'The login of the organisation, in lower case.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, organisation)),
    unique_combination_of_columns_non_blocking(columns := (company_id, organisation))
  )
);

SELECT DISTINCT
  o.company_id::TEXT AS company_id,
  LOWER(o.organisation)::TEXT AS organisation
FROM raw.company_organisations AS o
CROSS JOIN (
  SELECT
    MAX(observed_at) AS read_at
  FROM raw.companies
) AS r
WHERE
  o.observed_at = r.read_at
