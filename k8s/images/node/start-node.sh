#!/bin/sh
# The first process of a node's container. Whoever makes the container has put into /node: containerd.toml, cni/,
# kubelet.flags and kube-proxy.flags (one a line), sysctls/; and the node's images, archives, into /images.
# test/containers/node/ has an example.
set -eu

# The kubelet sets these for the whole machine. Files with what it wants lie over them: it finds all well, and nothing of
# the host changes.
(cd /node/sysctls && find . -type f) | while read -r each; do
  if [ -e "/proc/sys/$each" ]; then mount --bind "/node/sysctls/$each" "/proc/sys/$each"; fi
done
mount --make-rshared / # volumes with mount propagation want a root that shares

mkdir -p /var/log /var/lib
containerd --config /node/containerd.toml >/var/log/containerd.log 2>&1 &
containerd=$!
until ctr version >/dev/null 2>&1; do
  if [ ! -d /proc/$containerd ]; then cat /var/log/containerd.log; exit 1; fi
  sleep 0.1
done
for archive in /images/*.tar; do ctr --namespace k8s.io images import "$archive" >/dev/null; done

IFS='
'
# shellcheck disable=SC2046 # one flag a line
kube-proxy $(cat /node/kube-proxy.flags) >/var/log/kube-proxy.log 2>&1 &
proxy=$!
# shellcheck disable=SC2046
kubelet $(cat /node/kubelet.flags) &
kubelet=$!
trap 'kill $kubelet $proxy; wait $kubelet; kill $containerd; wait $containerd; exit 0' TERM
echo 'the node has started'
wait $kubelet
