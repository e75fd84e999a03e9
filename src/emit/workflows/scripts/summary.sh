# The comment: what is wrong, what is stale, what changes. GitHub takes 65,536 characters; the diff keeps to its own limit, and
# the rest is short.
LIMIT=65000
DETAILS=12000

# Text in a block that it can't end: the fence is longer than any row of backticks in it. What is too long loses its end.
block() {
  local fence='```'
  while grep -qF "$fence" "$1"; do
    fence="$fence\`"
  done
  echo "${fence}text"
  head -c "$DETAILS" "$1"
  if [ "$(wc -c < "$1")" -gt "$DETAILS" ]; then
    printf '\n… the rest stands in the log of the job\n'
  fi
  echo
  echo "$fence"
}

{
  echo "<!-- fleetc:fleet-check -->"
  if [ "$ERRORS" = 1 ]; then
    echo "### ❌ The fleet has errors"
    echo
    block "$REPORT/findings.txt"
  else
    echo "### ✅ The fleet compiles"
  fi
  if [ "$STALE" = 1 ]; then
    echo
    echo "### ❌ The output is out of date"
    echo
    echo "Run \`fleetc build\`, and commit what it writes."
    echo
    echo "<details><summary>What differs</summary>"
    echo
    block "$REPORT/stale.txt"
    echo
    echo "</details>"
  fi
  echo
  cat "$REPORT/diff.md"
} > "$REPORT/whole.md"
head -c "$LIMIT" "$REPORT/whole.md" | iconv -c -f UTF-8 -t UTF-8 > "$REPORT/comment.md"
rm "$REPORT/whole.md"
cat "$REPORT/comment.md" >> "$GITHUB_STEP_SUMMARY"
