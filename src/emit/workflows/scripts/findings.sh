# Findings for code scanning, and whether there are errors. The exit code says which: 1 is a fleet that is wrong, more is a
# command that could not do its work.
mkdir -p "$REPORT"
code=0
fleetc check --format sarif > "$REPORT/fleet.sarif" || code=$?
if [ "$code" -gt 1 ]; then
  exit "$code"
fi
echo "errors=$code" >> "$GITHUB_OUTPUT"
