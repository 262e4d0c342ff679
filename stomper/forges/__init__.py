"""Talk to GitHub, GitLab, Bitbucket, Gitea and Forgejo: pull requests, within their limits.

On floor 11: every folder on a higher floor may import it.
"""
