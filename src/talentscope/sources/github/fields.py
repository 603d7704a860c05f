"""Fields that GitHub documents for the objects we read: used by parsing.py, or ignored here by name.

Source: GitHub's OpenAPI description (@octokit/openapi 23.0.2), schemas named beside each set; a contract test compares.
"""

from __future__ import annotations

# repo-search-result-item, full-repository
KNOWN_ITEM = frozenset(
    """
    allow_auto_merge allow_forking allow_merge_commit allow_rebase_merge allow_squash_merge
    allow_update_branch anonymous_access_enabled archive_url archived assignees_url blobs_url branches_url
    clone_url code_of_conduct collaborators_url comments_url commits_url compare_url contents_url
    contributors_url created_at custom_properties default_branch delete_branch_on_merge deployments_url
    description disabled downloads_url events_url fork forks forks_count forks_url full_name git_commits_url
    git_refs_url git_tags_url git_url has_discussions has_downloads has_issues has_pages has_projects
    has_pull_requests has_wiki homepage hooks_url html_url id is_template issue_comment_url issue_events_url
    issues_url keys_url labels_url language languages_url license master_branch merge_commit_message
    merge_commit_title merges_url milestones_url mirror_url name network_count node_id notifications_url
    open_issues open_issues_count organization owner parent permissions private pull_request_creation_policy
    pulls_url pushed_at releases_url score security_and_analysis size source squash_merge_commit_message
    squash_merge_commit_title ssh_url stargazers_count stargazers_url statuses_url subscribers_count
    subscribers_url subscription_url svn_url tags_url teams_url temp_clone_token template_repository
    text_matches topics trees_url updated_at url use_squash_pr_title_as_default visibility watchers
    watchers_count web_commit_signoff_required
    """.split()
)

# simple-user
KNOWN_OWNER = frozenset(
    """
    avatar_url email events_url followers_url following_url gists_url gravatar_id html_url id login name
    node_id organizations_url received_events_url repos_url site_admin starred_at starred_url
    subscriptions_url type url user_view_type
    """.split()
)

# license-simple
KNOWN_LICENSE = frozenset(
    """
    html_url key name node_id spdx_id url
    """.split()
)

# public-user, private-user
KNOWN_USER = frozenset(
    """
    avatar_url bio blog business_plus collaborators company created_at disk_usage email events_url followers
    followers_url following following_url gists_url gravatar_id hireable html_url id ldap_dn location login
    name node_id notification_email organizations_url owned_private_repos plan private_gists public_gists
    public_repos received_events_url repos_url site_admin starred_url subscriptions_url total_private_repos
    twitter_username two_factor_authentication type updated_at url user_view_type
    """.split()
)
