# Whether what is committed is what the fleet file says.
code=0
fleetc build --check > "$REPORT/stale.txt" 2>&1 || code=$?
if [ "$code" -gt 1 ]; then
  cat "$REPORT/stale.txt"
  exit "$code"
fi
if [ "$code" = 1 ]; then
  echo "::error title=Output is out of date::what is committed is not what the fleet file says: run 'fleetc build' and commit what it writes"
fi
echo "stale=$code" >> "$GITHUB_OUTPUT"
