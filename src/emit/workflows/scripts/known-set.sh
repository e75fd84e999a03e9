# Every later step is for one set. Without this one, a misspelt name would fetch nothing and say nothing.
for known in $SETS; do
  if [ "$known" = "$SET" ]; then
    exit 0
  fi
done
# The name is not repeated: it is the caller's text, and a line of it could be a command to the runner.
echo "::error::there is no such set of secrets; there is: $SETS"
exit 1
