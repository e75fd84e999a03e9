# One comment, changed with each push: the first that starts with the mark and is not a person's.
mark=$(head -n 1 report/comment.md)
export mark
found=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments?per_page=100" \
  --jq '.[] | select(.user.type == "Bot" and (.body | startswith(env.mark))) | .id' | head -n 1)
if [ -n "$found" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$found" --field body=@report/comment.md
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --field body=@report/comment.md
fi
