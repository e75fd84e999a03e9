# What the pull request does to the fleet. What is checked out is its merge, whose first parent is the base as it is now; a commit
# that merges nothing is compared from where it left the base.
if git rev-parse --quiet --verify 'HEAD^2' > /dev/null; then
  from=$(git rev-parse 'HEAD^1')
else
  from=$(git merge-base "$BASE" HEAD)
fi
code=0
fleetc diff "$from" --format markdown > "$REPORT/diff.md" 2> "$REPORT/diff.txt" || code=$?
if [ "$code" -gt 1 ]; then
  # Most likely the base has mistakes of its own. The findings stand without it.
  {
    echo "No diff could be made:"
    echo
    sed 's/^/    /' "$REPORT/diff.txt"
  } > "$REPORT/diff.md"
fi
fleetc diff "$from" --format github || true
echo "changed=$code" >> "$GITHUB_OUTPUT"
