MODEL (
  name marts.company_days,
  kind FULL,
  description 'What was known of each company on each day. A fact carries the day that it is of and its source; what the rules withhold is NULL, with the reason.',
  grain (company_id, day),
  column_descriptions (
    company_id = 'The company.',
    day = 'The day.',
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
    withheld_sentiment = 'Why sentiment is not shown; NULL if it is.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, day)),
    unique_combination_of_columns_non_blocking(columns := (company_id, day)),
    accepted_range_non_blocking(column := market_value_usd, min_v := 0, inclusive := FALSE),
    accepted_range_non_blocking(column := value_per_employee_usd, min_v := 0, inclusive := FALSE),
    accepted_range_non_blocking(column := value_per_offer_usd, min_v := 0, inclusive := FALSE),
    accepted_range_non_blocking(column := sentiment_mean, min_v := -1, max_v := 1),
    accepted_values_non_blocking(
      column := offers_state,
      is_in := ('ok', 'empty', 'capped', 'stale', 'blocked', 'missing')
    ),
    fact_is_not_of_the_future,
    fact_has_source_and_day,
    ratio_has_both_facts,
    withheld_has_reason
  )
);

WITH posted AS (
  /* on days on which nobody's posts have been read yet, the seven days before count */
  SELECT
    d.day,
    MAX(m.day) AS mention_day
  FROM (
    SELECT DISTINCT
      day
    FROM daily.calendar
  ) AS d
  INNER JOIN (
    SELECT DISTINCT
      day
    FROM staging.company_mentions
  ) AS m
    ON m.day <= d.day AND DATE_DIFF('DAY', m.day::DATE, d.day::DATE) < @mentions_days
  GROUP BY
    d.day
), told AS (
  SELECT
    c.company_id,
    c.day,
    MAX(n.day) OVER (PARTITION BY c.company_id ORDER BY c.day NULLS FIRST) AS news_as_of
  FROM daily.calendar AS c
  LEFT JOIN daily.news AS n
    ON n.company_id = c.company_id AND n.day = c.day
), reported AS (
  SELECT
    company_id,
    day,
    CASE WHEN DATE_DIFF('DAY', news_as_of::DATE, day::DATE) <= @news_lifetime_days THEN news_as_of END AS news_as_of
  FROM told
), joined AS (
  SELECT
    c.company_id,
    c.day,
    r.status,
    v.market_value_usd,
    v.source AS market_value_source,
    v.as_of AS market_value_as_of,
    v.last_as_of,
    v.price_usd,
    v.price_as_of,
    v.shares,
    v.shares_as_of,
    v.is_computed,
    v.is_disputed,
    v.do_sources_disagree,
    v.is_split_suspected,
    h.employees,
    h.source AS employees_source,
    h.as_of AS employees_as_of,
    h.is_old AS is_employees_old,
    100 * (
      h.employees - h.year_before
    ) / h.year_before AS employees_change_1y_percent,
    o.state AS offers_state,
    o.open_offers,
    o.as_of AS offers_as_of,
    CASE WHEN NOT o.open_offers IS NULL THEN o.median_7d END AS open_offers_7d_median,
    o.postings,
    o.is_capped,
    o.is_partial,
    p.mention_day,
    s.authors,
    s.scored,
    s.positive,
    s.negative,
    s.raw_mean,
    s.mean,
    s.low,
    s.high,
    s.change,
    s.change_low,
    s.change_high,
    w.tone_7d,
    w.articles_7d,
    w.day AS news_as_of
  FROM daily.calendar AS c
  INNER JOIN staging.companies AS r
    ON r.company_id = c.company_id
  LEFT JOIN daily.market_values AS v
    ON v.company_id = c.company_id AND v.day = c.day
  LEFT JOIN daily.head_counts AS h
    ON h.company_id = c.company_id AND h.day = c.day
  LEFT JOIN daily.offers AS o
    ON o.company_id = c.company_id AND o.day = c.day
  LEFT JOIN posted AS p
    ON p.day = c.day
  LEFT JOIN daily.sentiment AS s
    ON s.company_id = c.company_id AND s.day = p.mention_day
  LEFT JOIN reported AS n
    ON n.company_id = c.company_id AND n.day = c.day
  LEFT JOIN daily.news AS w
    ON w.company_id = n.company_id AND w.day = n.news_as_of
), judged AS (
  SELECT
    *,
    CASE
      WHEN NOT market_value_usd IS NULL
      THEN NULL
      WHEN NOT last_as_of IS NULL
      THEN 'the market value is ' || (
        DATE_DIFF('DAY', last_as_of::DATE, day::DATE)
      )::TEXT || ' days old'
      WHEN is_split_suspected
      THEN 'the price jumped after the shares were counted: shares x price is unknown'
      WHEN status = 'private'
      THEN 'no market value: the company is not listed'
      ELSE 'the market value is not known'
    END AS without_value,
    CASE
      WHEN offers_state IS NULL
      THEN 'no job board was read'
      WHEN offers_state = 'missing'
      THEN 'its job boards are gone, or read by no source'
      WHEN open_offers IS NULL
      THEN 'a job board could not be read, nor in the ' || @offers_fill_days::TEXT || ' days before'
      WHEN open_offers_7d_median < @least_offers
      THEN FLOOR(open_offers_7d_median)::BIGINT::TEXT || ' open offers are too few: it takes ' || @least_offers::TEXT
    END AS without_offers,
    CASE
      WHEN authors IS NULL
      THEN 'no posts were read'
      WHEN scored < @least_mentions
      THEN 'too few mentions: ' || scored::TEXT || ' of ' || @least_mentions::TEXT || ' in ' || @mentions_days::TEXT || ' days'
    END AS without_sentiment
  FROM joined
)
SELECT
  company_id::TEXT AS company_id,
  day::DATE AS day,
  market_value_usd::DOUBLE AS market_value_usd,
  market_value_source::TEXT AS market_value_source,
  market_value_as_of::DATE AS market_value_as_of,
  price_usd::DOUBLE AS price_usd,
  price_as_of::DATE AS price_as_of,
  shares::DOUBLE AS shares,
  shares_as_of::DATE AS shares_as_of,
  ROUND(employees)::BIGINT AS employees,
  employees_source::TEXT AS employees_source,
  employees_as_of::DATE AS employees_as_of,
  employees_change_1y_percent::DOUBLE AS employees_change_1y_percent,
  offers_state::TEXT AS offers_state,
  ROUND(open_offers)::BIGINT AS open_offers,
  offers_as_of::DATE AS offers_as_of,
  open_offers_7d_median::DOUBLE AS open_offers_7d_median,
  ROUND(postings)::BIGINT AS postings,
  CASE WHEN employees > 0 THEN market_value_usd / employees END::DOUBLE AS value_per_employee_usd,
  CASE
    WHEN without_offers IS NULL AND open_offers_7d_median > 0
    THEN market_value_usd / open_offers_7d_median
  END::DOUBLE AS value_per_offer_usd,
  CASE WHEN employees > 0 THEN 100 * open_offers_7d_median / employees END::DOUBLE AS offers_per_100_employees,
  mention_day::DATE AS sentiment_as_of,
  authors::BIGINT AS mentions_7d,
  scored::BIGINT AS sentiment_mentions,
  mean::DOUBLE AS sentiment_mean,
  low::DOUBLE AS sentiment_low,
  high::DOUBLE AS sentiment_high,
  CASE WHEN NOT mean IS NULL THEN positive::DOUBLE / scored::DOUBLE END::DOUBLE AS sentiment_positive_share,
  CASE WHEN NOT mean IS NULL THEN negative::DOUBLE / scored::DOUBLE END::DOUBLE AS sentiment_negative_share,
  raw_mean::DOUBLE AS sentiment_raw_mean,
  change::DOUBLE AS sentiment_change,
  change_low::DOUBLE AS sentiment_change_low,
  change_high::DOUBLE AS sentiment_change_high,
  CASE
    WHEN change_low > 0
    THEN 'rising'
    WHEN change_high < 0
    THEN 'falling'
    WHEN NOT change IS NULL
    THEN 'steady'
  END::TEXT AS sentiment_direction,
  tone_7d::DOUBLE AS news_tone_7d,
  articles_7d::BIGINT AS news_articles_7d,
  news_as_of::DATE AS news_as_of,
  NULLIF(
    SUBSTRING(
      CASE WHEN DATE_DIFF('DAY', market_value_as_of::DATE, day::DATE) > @value_old_days THEN ',value_old' ELSE '' END
      || CASE WHEN is_computed AND NOT market_value_usd IS NULL THEN ',value_computed' ELSE '' END
      || CASE WHEN is_disputed AND NOT market_value_usd IS NULL THEN ',value_disputed' ELSE '' END
      || CASE WHEN do_sources_disagree AND NOT market_value_usd IS NULL THEN ',sources_disagree' ELSE '' END
      || CASE WHEN is_split_suspected THEN ',split_suspected' ELSE '' END
      || CASE WHEN is_employees_old THEN ',employees_old' ELSE '' END
      || CASE WHEN ABS(employees_change_1y_percent) > 100 * @jump_share THEN ',employees_jump' ELSE '' END
      || CASE WHEN is_capped THEN ',offers_capped' ELSE '' END
      || CASE WHEN offers_state = 'stale' THEN ',offers_filled' ELSE '' END
      || CASE WHEN is_partial THEN ',offers_partial' ELSE '' END
      || CASE WHEN offers_state = 'blocked' THEN ',offers_blocked' ELSE '' END
      || CASE WHEN open_offers_7d_median < @least_offers THEN ',few_offers' ELSE '' END
      || CASE WHEN scored < @least_mentions THEN ',few_mentions' ELSE '' END,
      2
    ),
    ''
  )::TEXT AS quality,
  COALESCE(without_value, CASE WHEN employees IS NULL THEN 'the head-count is not known' END)::TEXT AS withheld_value_per_employee,
  COALESCE(without_value, without_offers)::TEXT AS withheld_value_per_offer,
  without_sentiment::TEXT AS withheld_sentiment
FROM judged
