#!/usr/bin/env bash
# Stands in for GitHub's `gh`: knows the calls that fleetc's workflows make, keeps comments and pull requests in files below
# $GH_STATE, and writes down each call. Any other call fails.
set -euo pipefail
printf '%s\n' "$*" >> "$GH_STATE/calls"
[ -n "${GH_TOKEN:-}" ] || { echo "gh: no token" >&2; exit 4; }

method=GET path='' filter=. body='' title='' head='' file=''
words=()
while [ $# -gt 0 ]; do
  case $1 in
    --method) method=$2; shift ;;
    --jq) filter=$2; shift ;;
    --field) body=${2#body=@}; shift ;;
    --body-file) file=$2; shift ;;
    --title) title=$2; shift ;;
    --head) head=$2; shift ;;
    --base | --state | --json) shift ;;
    --silent | --paginate) ;;
    *) words+=("$1") ;;
  esac
  shift
done

change() {
  jq "${@:2}" "$GH_STATE/$1" > "$GH_STATE/new"
  mv "$GH_STATE/new" "$GH_STATE/$1"
}

case ${words[*]} in
  "auth setup-git") ;;
  "pr list") jq -r --arg head "$head" "[.[] | select(.head == \$head)] | $filter" "$GH_STATE/pulls" ;;
  "pr create")
    change pulls --arg head "$head" --arg title "$title" --rawfile body "$file" \
      '. + [{number: (length + 1), head: $head, title: $title, body: $body}]' ;;
  "pr edit "*)
    change pulls --argjson number "${words[2]}" --arg title "$title" --rawfile body "$file" \
      'map(if .number == $number then .title = $title | .body = $body else . end)' ;;
  "api "*)
    path=${words[1]%%\?*}
    case $method:$path in
      GET:*/comments) jq -r "$filter" "$GH_STATE/comments" ;;
      POST:*/comments)
        change comments --rawfile body "$body" \
          '. + [{id: (length + 1), user: {type: "Bot"}, body: $body}]' ;;
      PATCH:*/comments/*)
        change comments --argjson id "${path##*/}" --rawfile body "$body" \
          'map(if .id == $id then .body = $body else . end)' ;;
      GET:*) jq -r "$filter" "$GH_STATE/$(tr / - <<< "$path").json" ;;
      *) echo "gh: $method $path is not known here" >&2; exit 1 ;;
    esac ;;
  *) echo "gh: not known here: ${words[*]}" >&2; exit 1 ;;
esac
