-- Every repository, as far as filters ask: the ground on which the languages beside an asked one are counted.
SELECT owner_github_id, language, stars, size_kb, topic_count, pushed_at::DATE AS pushed_on FROM repositories WHERE NOT is_fork
