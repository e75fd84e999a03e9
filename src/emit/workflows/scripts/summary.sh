# The comment. GitHub takes 65,536 characters: the diff keeps to 60,000 bytes by itself, and the rest is short.
{
  echo "<!-- fleetc:fleet-check -->"
  if [ "$ERRORS" = 1 ]; then
    echo "**The fleet has errors.**"
    echo
  fi
  if [ "$STALE" = 1 ]; then
    echo "**The output is out of date:** run \`fleetc build\`, and commit what it writes."
    echo
    echo "<details><summary>What differs</summary>"
    echo
    # Indented, so that nothing in it is markup.
    head -c 3000 "$REPORT/stale.txt" | iconv -c -f UTF-8 -t UTF-8 | sed 's/^/    /'
    echo
    echo "</details>"
    echo
  fi
  cat "$REPORT/diff.md"
} > "$REPORT/comment.md"
cat "$REPORT/comment.md" >> "$GITHUB_STEP_SUMMARY"
echo "made=true" >> "$GITHUB_OUTPUT"
