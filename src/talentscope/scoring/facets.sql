-- Developers by the languages, and by the asked topics, of the repositories that answer. `passing`: whom to count.
counted AS (SELECT * FROM matched WHERE owner_github_id IN (SELECT github_id FROM passing))
