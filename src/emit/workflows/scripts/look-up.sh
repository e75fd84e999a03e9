# Edits the fleet to the newest releases, and writes down what it did and what it could not do.
#
# Tags are text of others: whatever is not three numbers is refused before it goes anywhere.
newest() {
  local version
  version=$(gh api "$1" --jq "$2")
  if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    echo "::error::the newest release of $3 is not of three numbers" >&2
    return 1
  fi
  echo "$version"
}

runner=$(newest repos/actions/runner/releases/latest '.tag_name | ltrimstr("v")' "the runner")
hooks=$(newest repos/actions/runner-container-hooks/releases/latest '.tag_name | ltrimstr("v")' "the container hooks")
arc=$(newest 'repos/actions/actions-runner-controller/releases?per_page=100' \
  '[.[] | select((.draft or .prerelease) | not) | .tag_name | select(startswith("gha-runner-scale-set-")) | ltrimstr("gha-runner-scale-set-")] | first' \
  "ARC")

notes=$RUNNER_TEMP/notes.md
: > "$notes"

# A newer release only: a fleet may be ahead of what is listed as the latest.
raise() {
  local path=$1 value=$2 what=$3 change now
  if ! change=$(fleetc set "$path" "$value" --dry-run 2>&1); then
    echo "- $what is out, and this fleetc can't take it: a later fleetc may know it." >> "$notes"
    return
  fi
  if ! grep -qE '^\+ ' <<< "$change"; then
    return
  fi
  # What is there now: the version in the line that would go. A fleet that names none runs what its fleetc knows.
  now=$(grep -E '^- ' <<< "$change" | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | tail -n 1 || true)
  local new=${value##*:}
  if [ "$(printf '%s\n' "$now" "$new" | sort -V | tail -n 1)" != "$new" ]; then
    return
  fi
  fleetc set "$path" "$value"
  echo "- $what (was ${now:-not named})" >> "$notes"
}

raise versions.arc "$arc" "ARC $arc"
if [ "$IMAGE" = ghcr.io/actions/actions-runner ]; then
  raise versions.runner "$IMAGE:$runner" "runner $runner"
else
  echo "- The newest runner is $runner. The fleet runs an image of its own, $IMAGE: build that anew." >> "$notes"
fi
echo "- The newest container hooks are $hooks; they come with the runner's image." >> "$notes"

fleetc build
{
  echo "Newer releases of what the fleet runs, found by the workflow track-versions:"
  echo
  cat "$notes"
  echo
  # The pull request can be judged without it, so a diff that can't be made is no reason to have none.
  fleetc diff HEAD --format markdown || true
} > "$RUNNER_TEMP/body.md"
