MODEL (
  name marts.companies,
  kind FULL,
  description 'Every company that the registry names now, as known on the newest day, with its places and changes.',
  grain (company_id),
  column_descriptions (
    company_id = 'The company.',
    name = 'The company, as people write it.',
    status = 'listed, private or delisted.',
    sector = 'The sector, in words of the registry.',
    country = 'The country of its head office.',
    cik = 'The number that the SEC gives the registrant, ten digits; NULL where there is none.',
    ticker = 'The ticker, as of the last run; NULL where it is not traded.',
    wikidata_id = 'The Wikidata item.',
    website = 'The web site.',
    day = 'The day that all this is as known on; NULL while nothing is known of any company.',
    market_value_usd = 'Market value in US dollars, all share classes; NULL where unknown or more than thirty days old.',
    market_value_source = 'Who states it.',
    market_value_as_of = 'The day that it is of.',
    price_usd = 'The last close of one traded share, in US dollars; it moves with share splits.',
    price_as_of = 'The day of that close.',
    shares = 'Ordinary shares outstanding, all classes.',
    shares_as_of = 'The day that they were counted.',
    employees = 'Head-count.',
    employees_source = 'Who states it.',
    employees_as_of = 'The day that it is of.',
    employees_change_1y_percent = 'Head-count against that of about a year before by the same kind of source, in percent; NULL where unknown.',
    offers_state = 'ok, empty, capped, stale, blocked or missing; NULL where no board was ever asked.',
    open_offers = 'Distinct open requisitions over all boards; NULL where unknown, which blocked is.',
    offers_as_of = 'The oldest reading that the number is from.',
    open_offers_7d_median = 'Median of the last seven days.',
    postings = 'Listings of the open requisitions.',
    value_per_employee_usd = 'Market value per employee, in US dollars.',
    value_per_offer_usd = 'Market value per open offer (7-day median), in US dollars.',
    offers_per_100_employees = 'Open offers (7-day median) per hundred employees.',
    sentiment_as_of = 'The last day of the seven that sentiment is of.',
    mentions_7d = 'Author-days of these seven days: an author counts once a day.',
    sentiment_mentions = 'Of these, with a score.',
    sentiment_mean = 'Mean score of these, -1 to 1, drawn toward the mean of all companies.',
    sentiment_low = 'Lower end of its 95 % interval.',
    sentiment_high = 'Upper end of its 95 % interval.',
    sentiment_positive_share = 'Share of positive ones among the scored, 0 to 1.',
    sentiment_negative_share = 'Share of negative ones among the scored, 0 to 1.',
    sentiment_raw_mean = 'Mean score as it is.',
    sentiment_change = 'That mean less the company''s own of the 28 days before.',
    sentiment_change_low = 'Lower end of its 95 % interval.',
    sentiment_change_high = 'Upper end of its 95 % interval.',
    sentiment_direction = 'rising, falling or steady: whether that interval is above, below or around zero.',
    news_tone_7d = 'Mean tone of seven days of news, about -10 to 10, by GDELT; another scale than sentiment.',
    news_articles_7d = 'Articles that it is the mean of.',
    news_as_of = 'The last of these days.',
    quality = 'Quality marks, comma separated; see the list below.',
    withheld_value_per_employee = 'Why value per employee is not shown; NULL if it is.',
    withheld_value_per_offer = 'Why value per offer is not shown; NULL if it is.',
    withheld_sentiment = 'Why sentiment is not shown; NULL if it is.',
    market_value_change_7d_percent = 'Market value against seven days before, in percent; a share split does not move it. NULL without a newer value.',
    market_value_change_30d_percent = 'The same against thirty days before.',
    offers_change_7d = 'Open offers (7-day median) less those of seven days before; NULL where a number is a floor.',
    offers_change_7d_percent = 'The same in percent of those before.',
    offers_change_30d = 'Open offers (7-day median) less those of thirty days before; NULL where a number is a floor.',
    offers_change_30d_percent = 'The same in percent of those before.',
    sentiment_change_7d = 'Mean score as it is, less that of seven days before.',
    sentiment_change_30d = 'The same against thirty days before.',
    market_value_age_days = 'Days from the market value''s day to `day`.',
    employees_age_days = 'Days from the head-count''s day to `day`.',
    offers_age_days = 'Days from the oldest board reading of the number to `day`.',
    rank_market_value = 'Place by market value, 1 is the highest; equal ones share it, NULL where not shown.',
    rank_employees = 'Place by head-count, 1 is the highest; equal ones share it, NULL where not shown.',
    rank_open_offers = 'Place by open offers, 1 is the highest; equal ones share it, NULL where not shown.',
    rank_value_per_employee = 'Place by value per employee, 1 is the highest; equal ones share it, NULL where not shown.',
    rank_value_per_offer = 'Place by value per offer, 1 is the highest; equal ones share it, NULL where not shown.',
    rank_offers_per_100_employees = 'Place by offers per hundred employees, 1 is the highest; equal ones share it, NULL where not shown.',
    rank_sentiment = 'Place by sentiment, 1 is the highest; equal ones share it, NULL where not shown.',
    organisation_repository_count = 'Repositories in the snapshot of its GitHub organisations, without forks; NULL where no organisation is known.',
    organisation_star_count = 'Stars of these.',
    developer_count = 'Accounts in the snapshot that state it as their employer, by a name that is sure enough; those excluded from leads not counted. NULL before names were resolved.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, name)),
    unique_values_non_blocking(columns := (company_id)),
    unique_values_non_blocking(columns := (cik), condition := NOT cik IS NULL),
    accepted_values_non_blocking(column := status, is_in := ('listed', 'private', 'delisted')),
    ranks_are_dense
  )
);

WITH newest AS (
  SELECT
    MAX(day) AS day
  FROM marts.company_days
), now AS (
  SELECT
    d.*
  FROM marts.company_days AS d
  INNER JOIN newest AS n
    ON n.day = d.day
), repositories AS (
  SELECT
    o.company_id,
    COUNT(r.repository_node_id) AS repository_count,
    COALESCE(SUM(r.stars), 0) AS star_count
  FROM staging.company_organisations AS o
  LEFT JOIN marts.repositories AS r
    ON LOWER(r.owner_login) = o.organisation AND NOT r.is_fork
  GROUP BY
    o.company_id
), developers AS (
  SELECT
    employer_company_id AS company_id,
    COUNT(*) AS developer_count
  FROM marts.developers
  WHERE
    NOT employer_company_id IS NULL AND excluded_rule IS NULL
  GROUP BY
    employer_company_id
), resolved AS (
  SELECT
    COUNT(*) AS name_count
  FROM staging.employer_names
), compared AS (
  SELECT
    c.company_id,
    c.name,
    c.status,
    c.sector,
    c.country,
    c.cik,
    c.ticker,
    c.wikidata_id,
    c.website,
    n.day,
    n.market_value_usd,
    n.market_value_source,
    n.market_value_as_of,
    n.price_usd,
    n.price_as_of,
    n.shares,
    n.shares_as_of,
    n.employees,
    n.employees_source,
    n.employees_as_of,
    n.employees_change_1y_percent,
    n.offers_state,
    n.open_offers,
    n.offers_as_of,
    n.open_offers_7d_median,
    n.postings,
    n.value_per_employee_usd,
    n.value_per_offer_usd,
    n.offers_per_100_employees,
    n.sentiment_as_of,
    n.mentions_7d,
    n.sentiment_mentions,
    n.sentiment_mean,
    n.sentiment_low,
    n.sentiment_high,
    n.sentiment_positive_share,
    n.sentiment_negative_share,
    n.sentiment_raw_mean,
    n.sentiment_change,
    n.sentiment_change_low,
    n.sentiment_change_high,
    n.sentiment_direction,
    n.news_tone_7d,
    n.news_articles_7d,
    n.news_as_of,
    n.quality,
    n.withheld_value_per_employee,
    n.withheld_value_per_offer,
    n.withheld_sentiment,
    CASE
      WHEN n.market_value_as_of > w.market_value_as_of
      THEN 100 * (
        n.market_value_usd - w.market_value_usd
      ) / w.market_value_usd
    END AS market_value_change_7d_percent,
    CASE
      WHEN n.market_value_as_of > m.market_value_as_of
      THEN 100 * (
        n.market_value_usd - m.market_value_usd
      ) / m.market_value_usd
    END AS market_value_change_30d_percent,
    CASE
      WHEN STRPOS(COALESCE(n.quality, '') || COALESCE(w.quality, ''), 'offers_capped') = 0
      THEN n.open_offers_7d_median - w.open_offers_7d_median
    END AS offers_change_7d,
    w.open_offers_7d_median AS offers_7d_before,
    CASE
      WHEN STRPOS(COALESCE(n.quality, '') || COALESCE(m.quality, ''), 'offers_capped') = 0
      THEN n.open_offers_7d_median - m.open_offers_7d_median
    END AS offers_change_30d,
    m.open_offers_7d_median AS offers_30d_before,
    n.sentiment_raw_mean - w.sentiment_raw_mean AS sentiment_change_7d,
    n.sentiment_raw_mean - m.sentiment_raw_mean AS sentiment_change_30d,
    g.repository_count,
    g.star_count,
    CASE WHEN e.name_count > 0 THEN COALESCE(p.developer_count, 0) END AS developer_count
  FROM staging.companies AS c
  CROSS JOIN resolved AS e
  LEFT JOIN now AS n
    ON n.company_id = c.company_id
  LEFT JOIN marts.company_days AS w
    ON w.company_id = n.company_id AND w.day = n.day - 7
  LEFT JOIN marts.company_days AS m
    ON m.company_id = n.company_id AND m.day = n.day - 30
  LEFT JOIN repositories AS g
    ON g.company_id = c.company_id
  LEFT JOIN developers AS p
    ON p.company_id = c.company_id
  WHERE
    c.is_current
)
SELECT
  company_id::TEXT AS company_id,
  name::TEXT AS name,
  status::TEXT AS status,
  sector::TEXT AS sector,
  country::TEXT AS country,
  cik::TEXT AS cik,
  ticker::TEXT AS ticker,
  wikidata_id::TEXT AS wikidata_id,
  website::TEXT AS website,
  day::DATE AS day,
  market_value_usd,
  market_value_source,
  market_value_as_of,
  price_usd,
  price_as_of,
  shares,
  shares_as_of,
  employees,
  employees_source,
  employees_as_of,
  employees_change_1y_percent,
  offers_state,
  open_offers,
  offers_as_of,
  open_offers_7d_median,
  postings,
  value_per_employee_usd,
  value_per_offer_usd,
  offers_per_100_employees,
  sentiment_as_of,
  mentions_7d,
  sentiment_mentions,
  sentiment_mean,
  sentiment_low,
  sentiment_high,
  sentiment_positive_share,
  sentiment_negative_share,
  sentiment_raw_mean,
  sentiment_change,
  sentiment_change_low,
  sentiment_change_high,
  sentiment_direction,
  news_tone_7d,
  news_articles_7d,
  news_as_of,
  quality,
  withheld_value_per_employee,
  withheld_value_per_offer,
  withheld_sentiment,
  market_value_change_7d_percent::DOUBLE AS market_value_change_7d_percent,
  market_value_change_30d_percent::DOUBLE AS market_value_change_30d_percent,
  offers_change_7d::DOUBLE AS offers_change_7d,
  CASE WHEN offers_7d_before > 0 THEN 100 * offers_change_7d / offers_7d_before END::DOUBLE AS offers_change_7d_percent,
  offers_change_30d::DOUBLE AS offers_change_30d,
  CASE WHEN offers_30d_before > 0 THEN 100 * offers_change_30d / offers_30d_before END::DOUBLE AS offers_change_30d_percent,
  sentiment_change_7d::DOUBLE AS sentiment_change_7d,
  sentiment_change_30d::DOUBLE AS sentiment_change_30d,
  (
    DATE_DIFF('DAY', market_value_as_of::DATE, day::DATE)
  )::BIGINT AS market_value_age_days,
  (
    DATE_DIFF('DAY', employees_as_of::DATE, day::DATE)
  )::BIGINT AS employees_age_days,
  (
    DATE_DIFF('DAY', offers_as_of::DATE, day::DATE)
  )::BIGINT AS offers_age_days,
  CASE
    WHEN NOT market_value_usd IS NULL
    THEN DENSE_RANK() OVER (ORDER BY COALESCE(market_value_usd, -1e300) DESC)
  END::BIGINT AS rank_market_value,
  CASE
    WHEN NOT employees IS NULL
    THEN DENSE_RANK() OVER (ORDER BY COALESCE(employees, -1e300) DESC)
  END::BIGINT AS rank_employees,
  CASE
    WHEN NOT open_offers IS NULL
    THEN DENSE_RANK() OVER (ORDER BY COALESCE(open_offers, -1e300) DESC)
  END::BIGINT AS rank_open_offers,
  CASE
    WHEN NOT value_per_employee_usd IS NULL
    THEN DENSE_RANK() OVER (ORDER BY COALESCE(value_per_employee_usd, -1e300) DESC)
  END::BIGINT AS rank_value_per_employee,
  CASE
    WHEN NOT value_per_offer_usd IS NULL
    THEN DENSE_RANK() OVER (ORDER BY COALESCE(value_per_offer_usd, -1e300) DESC)
  END::BIGINT AS rank_value_per_offer,
  CASE
    WHEN NOT offers_per_100_employees IS NULL
    THEN DENSE_RANK() OVER (ORDER BY COALESCE(offers_per_100_employees, -1e300) DESC)
  END::BIGINT AS rank_offers_per_100_employees,
  CASE
    WHEN NOT sentiment_mean IS NULL
    THEN DENSE_RANK() OVER (ORDER BY COALESCE(sentiment_mean, -1e300) DESC)
  END::BIGINT AS rank_sentiment,
  repository_count::BIGINT AS organisation_repository_count,
  star_count::BIGINT AS organisation_star_count,
  developer_count::BIGINT AS developer_count
FROM compared
