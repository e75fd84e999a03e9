if ! command -v fleetc > /dev/null; then
  echo "::error::fleetc is not on the path of this runner: put it into the runner's image, or write 'fleetc' in the fleet's 'workflows'"
  exit 1
fi
fleetc --version
