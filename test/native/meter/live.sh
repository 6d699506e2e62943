#!/usr/bin/env bash
# live.sh PIPELINE [OPTION]...: meters packets that cross a veth pair between two network namespaces with a build of
# pipeline.cc, while the interface goes down and up and away. Skips loudly where that is not allowed.
set -euo pipefail
pipeline=$1
shift
here=flowtap-native-$$
if ! ip netns add "$here-a" 2>/dev/null; then
  echo "*** SKIPPED: live capture under sanitizers: network namespaces need root ***" >&2
  exit 0
fi
trap 'ip netns del "$here-a"; ip netns del "$here-b"' EXIT
ip netns add "$here-b"

wire() {
  ip link add out netns "$here-a" type veth peer name in netns "$here-b"
  ip -n "$here-a" link set out mtu 9000 up
  ip -n "$here-b" link set in mtu 9000 up
}
send() { ip netns exec "$here-a" build/native/send --interface out --rate 20000 pcaps/office.pcap; }

wire
ip netns exec "$here-b" "$pipeline" --interface in "$@" &
meter=$!
sleep 2
send
ip -n "$here-b" link set in down
sleep 1
ip -n "$here-b" link set in up
sleep 1
send
ip -n "$here-a" link del out
sleep 2
wire
sleep 2
send
pkill -TERM -P "$meter" || kill -TERM "$meter"
wait "$meter"
