cargo install --locked --quiet --path "$SOURCE" --root "$RUNNER_TEMP/fleetc"
echo "$RUNNER_TEMP/fleetc/bin" >> "$GITHUB_PATH"
