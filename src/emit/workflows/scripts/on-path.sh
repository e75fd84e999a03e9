echo "$FOLDER" >> "$GITHUB_PATH"
