# Annotations on the lines of the fleet file, and the same findings for code scanning and for the comment.
mkdir -p "$REPORT"
code=0
fleetc check --format github || code=$?
if [ "$code" -gt 1 ]; then
  exit "$code"
fi
fleetc check --format sarif > "$REPORT/fleet.sarif" || true
fleetc check --color never > "$REPORT/findings.txt" 2>&1 || true
echo "errors=$code" >> "$GITHUB_OUTPUT"
