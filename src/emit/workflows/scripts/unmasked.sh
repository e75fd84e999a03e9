# GitHub drops an output that holds a secret of the job, and the caller gets an empty text. That would be found out much later.
if [ -z "$DIGEST" ]; then
  echo "::error::the build gave no digest"
  exit 1
fi
for secret in "$ADDRESS" "$USERNAME" "$PASSWORD"; do
  if [ -n "$secret" ] && [[ "$DIGEST $TAG" == *"$secret"* ]]; then
    echo "::error::a value of the registry's secret is so short that it occurs in the tag or the digest: GitHub would drop these outputs"
    exit 1
  fi
done
{
  echo "digest=$DIGEST"
  echo "tag=$TAG"
} >> "$GITHUB_OUTPUT"
