#!/bin/sh
# A base image without a registry: Debian from this machine's own mirror and the CPython of PREFIX, as
# localhost/python:3.12-slim. For trying the Dockerfile where no registry can be reached (Debian, root, buildah,
# podman, debootstrap):   PREFIX=/opt/python3.12 deploy/images/local_base.sh
# A release is built on a published image, named by its digest (make images ARGS="--base ...").
set -eu
: "${PREFIX:?name the folder of a CPython 3.12, such as /usr/local}"
name=${NAME:-localhost/python:3.12-slim}
suite=bookworm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" | head -1)
libraries=ca-certificates,libssl3,libsqlite3-0,libffi8,libbz2-1.0,liblzma5,zlib1g,libuuid1,libncursesw6,libreadline8,netbase,tzdata

debootstrap --variant=minbase --include="$libraries" "$suite" "$work/root" "$mirror" > "$work/log" || { tail "$work/log"; exit 1; }
mkdir -p "$work/root/usr/local"
cp -a "$PREFIX/bin" "$PREFIX/lib" "$work/root/usr/local/"
rm -rf "$work"/root/usr/local/lib/python3.12/test "$work"/root/usr/local/lib/python3.12/config-* \
  "$work"/root/usr/local/lib/python3.12/site-packages/* "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/*
find "$work/root/usr/local" -name __pycache__ -type d -prune -exec rm -rf {} +
chroot "$work/root" sh -c 'ldconfig; cd /usr/local/bin; ln -sf python3.12 python; ln -sf python3.12 python3; python3.12 -m ensurepip > /dev/null'
tar -C "$work/root" -c . | podman import \
  --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'CMD ["python3"]' - "$name"
