if [ "$ERRORS" != 0 ]; then
  echo "::error::the fleet has errors"
  exit 1
fi
if [ "$STALE" != 0 ]; then
  echo "::error::the output is out of date"
  exit 1
fi
