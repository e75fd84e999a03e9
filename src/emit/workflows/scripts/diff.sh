# What the pull request does to the fleet, as annotations on the lines of the fleet file and as a comment. Both hold the findings, too.
# What is checked out is the merge of the pull request, whose first parent is the base as it is now; a commit that merges nothing is
# compared from where it left the base.
if git rev-parse --quiet --verify 'HEAD^2' > /dev/null; then
  from=$(git rev-parse 'HEAD^1')
else
  from=$(git merge-base "$BASE" HEAD)
fi
code=0
fleetc diff "$from" --format markdown > "$REPORT/diff.md" 2> "$REPORT/diff.txt" || code=$?
if [ "$code" -le 1 ]; then
  fleetc diff "$from" --format github || true
  exit 0
fi
# Without a diff, the findings stand alone.
fleetc check --format github || true
fleetc check --color never > "$REPORT/findings.txt" 2>&1 || true
{
  echo "No diff could be made:"
  echo
  sed 's/^/    /' "$REPORT/diff.txt"
  echo
  echo "What there is to say of the fleet:"
  echo
  head -c 20000 "$REPORT/findings.txt" | iconv -c -f UTF-8 -t UTF-8 | sed 's/^/    /'
} > "$REPORT/diff.md"
