MODEL (
  name staging.companies,
  kind VIEW,
  description 'The registry of companies: every row that was ever in it.',
  grain (company_id),
  column_descriptions (
    company_id = 'The name of the row in the registry; it survives renames of the company.',
    name = 'The company, as people write it.',
    status = 'listed, private or delisted.',
    sector = 'The sector, in words of the registry.',
    country = 'The country of its head office.',
    cik = 'The number that the SEC gives the registrant, ten digits; NULL where there is none.',
    ticker = 'The ticker, as of the last run; NULL where it is not traded.',
    shares_per_ticker = 'How many ordinary shares one traded share stands for.',
    wikidata_id = 'The Wikidata item.',
    website = 'The web site.',
    note = 'What the registry notes about it.',
    is_current = 'Whether the row was in the registry at the last run.',
    observed_at = 'When the registry was last read with this row in it.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, name, observed_at)),
    unique_values_non_blocking(columns := (company_id))
  )
);

SELECT
  company_id::TEXT AS company_id,
  name::TEXT AS name,
  status::TEXT AS status,
  sector::TEXT AS sector,
  country::TEXT AS country,
  cik::TEXT AS cik,
  ticker::TEXT AS ticker,
  shares_per_ticker::DOUBLE AS shares_per_ticker,
  wikidata_id::TEXT AS wikidata_id,
  website::TEXT AS website,
  note::TEXT AS note,
  (
    observed_at = MAX(observed_at) OVER ()
  )::BOOLEAN AS is_current,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.companies
