"""Reads YAML files as YAML 1.1 does, and prints what they hold as JSON."""
import json
import sys

import yaml

files = {}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        # Dates are no strings to YAML 1.1 either; `str` would hide that.
        files[path] = yaml.safe_load(file)
json.dump(files, sys.stdout, default=lambda value: {"not a string": repr(value)})
