#!/bin/sh
# A release's images to a registry, each signed with its bill of materials and where it comes from, and verified there:
#   make images ARGS="--base python:3.12-slim@sha256:..." && KEY=cosign.key deploy/images/publish.sh registry.example/cinnabar
# Needs podman and cosign, and a login to the registry. COSIGN_OPTIONS goes to every signing, VERIFY_OPTIONS to every
# verifying, PUSH_OPTIONS to podman. Prints the commands that pin the production overlay to what was pushed.
set -eu
registry=${1:?name the registry and folder, such as registry.example/cinnabar}
: "${KEY:?name the private key; its public half lies beside it as .pub}"
shift
top=$(cd "$(dirname "$0")/../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$top/pyproject.toml")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for service in ${*:-actions funding sensors notifications reporting operate}; do
  beside=$top/build/images/$service
  podman push -q ${PUSH_OPTIONS-} --digestfile="$work/digest" "localhost/cinnabar/$service:$version" "$registry/$service:$version" >&2
  image=$registry/$service@$(cat "$work/digest")
  cosign sign --yes --key "$KEY" ${COSIGN_OPTIONS-} "$image" >&2
  cosign attest --yes --key "$KEY" ${COSIGN_OPTIONS-} --type slsaprovenance1 --predicate "$beside.provenance.json" "$image" >&2
  cosign attest --yes --key "$KEY" ${COSIGN_OPTIONS-} --type cyclonedx --predicate "$beside.cdx.json" "$image" >&2
  cosign verify --key "${KEY%.key}.pub" ${VERIFY_OPTIONS-} "$image" > "$work/signature"
  for type in slsaprovenance1 cyclonedx; do
    cosign verify-attestation --key "${KEY%.key}.pub" ${VERIFY_OPTIONS-} --type $type "$image" > "$work/$type"
  done
  echo "python -m deploy.pin $service $(cat "$work/digest") --name $registry/$service"
done
