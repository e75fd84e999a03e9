# One branch and one pull request, made anew from the base each time: what is out of date never piles up.
if [ -z "$(git status --porcelain)" ]; then
  echo "::notice::the fleet runs the newest releases that it can"
  exit 0
fi
if [ "$OWN_TOKEN" = true ] && [ -n "$(git status --porcelain -- .github)" ]; then
  echo "::error::workflows have changed too, and the token of a job may not push those: run 'fleetc build' and commit it, or set 'token-secret' in 'track-versions'"
  exit 1
fi
title="Newer releases for the fleet"
git switch --quiet --force-create "$BRANCH"
git add --all
git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
  commit --quiet --message "$title"
gh auth setup-git
if git fetch --quiet origin "$BRANCH" 2> /dev/null \
  && [ "$(git rev-parse 'FETCH_HEAD^{tree}' 'FETCH_HEAD^')" = "$(git rev-parse 'HEAD^{tree}' 'HEAD^')" ]; then
  echo "the branch is up to date"
else
  git push --quiet --force origin "HEAD:refs/heads/$BRANCH"
fi
number=$(gh pr list --head "$BRANCH" --base "$BASE" --state open --json number --jq '.[0].number // empty')
if [ -n "$number" ]; then
  gh pr edit "$number" --title "$title" --body-file "$RUNNER_TEMP/body.md"
else
  gh pr create --head "$BRANCH" --base "$BASE" --title "$title" --body-file "$RUNNER_TEMP/body.md"
fi
