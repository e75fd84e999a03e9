# Names of what is built, from what the caller says and what Vault holds. All of it is checked before anything uses it.
fail() {
  echo "::error::$1"
  exit 1
}

registry=${ADDRESS#*://}
registry=${registry%/}
tag=${TAG:-sha-$GITHUB_SHA}
if [ -z "$registry" ]; then
  fail "the secret holds no address of a registry"
fi
if ! [[ $IMAGE =~ ^[a-z0-9]+([._/-]+[a-z0-9]+)*$ ]]; then
  fail "the image's name may have lower-case letters, digits, '.', '_', '-' and '/'; the registry's address comes from Vault"
fi
if ! [[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]]; then
  fail "the tag may have letters, digits, '_', '.' and '-', 128 at most"
fi
record=${RECORD_AS:-${IMAGE##*/}}
{
  echo "reference=$registry/$IMAGE:$tag"
  echo "cache=$registry/$IMAGE:buildcache"
  echo "registry=$registry"
  echo "tag=$tag"
  echo "record=$record"
} >> "$GITHUB_OUTPUT"
