/** The switches of a collector, in the order of help. */
import type { Switch } from "../cli/switches.js";
import { LOG_SWITCHES } from "../log/log.js";
import { METRICS_SWITCHES } from "../metrics/listen.js";
import { STORE_SWITCHES } from "../store/options.js";

/** Switches that name what has been recorded. */
export const READ_SWITCHES: readonly Switch[] = [
  {
    name: "read",
    short: "r",
    argument: "FILE",
    repeatable: true,
    group: "Input",
    help:
      "Read exported datagrams of a capture (pcap, pcapng; plain, gzip, zstd; - for a stream), or a flow file: IPFIX, " +
      "SiLK's, nfdump's, blocks of NetFlow 5",
  },
];

/** Switches that mean nothing where files are read. */
export const LISTEN_SWITCHES: readonly Switch[] = [
  {
    name: "listen",
    argument: "URL",
    repeatable: true,
    group: "Input",
    help:
      "Listen here: netflow+udp://HOST:PORT (v5, v7, v9, IPFIX, and what nfpcapd sends), ipfix+udp://…, ipfix+tcp://…, ipfix+tls://…, " +
      "sflow+udp://…, netflow5+udp://…, netflow9+udp://…, nfdump+udp://…, any+udp://…; may be repeated",
  },
  {
    name: "polling-interval",
    argument: "SECONDS",
    group: "Input",
    help: "Look for files in the poll-directory of probes this often; one is read when two looks find its size unchanged",
    fallback: "15",
  },
  {
    name: "archive-directory",
    argument: "DIR",
    group: "Input",
    help: "Move files of a poll-directory here once their flows are stored, into folders YEAR/MONTH/DAY/HOUR",
    fallback: "delete them",
  },
  { name: "flat-archive", group: "Input", help: "Have --archive-directory without folders in it" },
  {
    name: "error-directory",
    argument: "DIR",
    group: "Input",
    help: "Move files of a poll-directory here that cannot be read to their end",
    fallback: "they stay",
  },
  {
    name: "sockets",
    argument: "N",
    group: "Receiving",
    help: "Share a UDP port among this many sockets, each with a thread and a ring; an exporter stays with one",
    fallback: "1",
  },
  {
    name: "ring",
    argument: "MIB",
    group: "Receiving",
    help: "Memory of each UDP socket for datagrams that wait to be decoded",
    fallback: "16",
  },
  {
    name: "buffer",
    argument: "MIB",
    group: "Receiving",
    help: "Receive buffer of each UDP socket in the kernel; beyond net.core.rmem_max it needs CAP_NET_ADMIN",
    fallback: "16",
  },
  {
    name: "connections",
    argument: "N",
    group: "Receiving",
    help: "Connections of TCP and TLS that each listener holds at once",
    fallback: "256",
  },
  {
    name: "connection-idle",
    argument: "SECONDS",
    group: "Receiving",
    help: "Close connections that nothing came over for this long",
    fallback: "1800",
  },
  { name: "tls-cert", argument: "FILE", group: "TLS", help: "Certificate of this collector, in PEM" },
  { name: "tls-key", argument: "FILE", group: "TLS", help: "Private key of --tls-cert, in PEM" },
  {
    name: "tls-ca",
    argument: "FILE",
    group: "TLS",
    help: "Ask exporters for a certificate that one of these has signed",
    fallback: "exporters show none",
  },
  ...METRICS_SWITCHES,
  {
    name: "user",
    argument: "USER[:GROUP]",
    group: "Operation",
    help: "Become this user once the sockets are open; every file is opened by it",
  },
  {
    name: "shutdown-timeout",
    argument: "SECONDS",
    group: "Operation",
    help: "When told to stop, give the store this long to take what is left",
    fallback: "10",
  },
  ...LOG_SWITCHES,
];

const DECODE_SWITCHES: readonly Switch[] = [
  {
    name: "accept-from",
    argument: "HOST",
    repeatable: true,
    group: "Input",
    help: "Take messages from this address, CIDR block or host only; may be repeated",
    fallback: "everybody",
  },
  {
    name: "scale-sampling",
    group: "Decoding",
    help: "Multiply counters of sampled flows by the sampling interval that the exporter tells",
  },
  {
    name: "sampling-interval",
    argument: "N",
    group: "Decoding",
    help: "Exporters meter one packet in N, whatever they say themselves",
    fallback: "what each exporter says",
  },
  {
    name: "max-exporters",
    argument: "N",
    group: "Limits",
    help: "Remember this many exporters; beyond, the one heard of the longest ago is forgotten",
    fallback: "4096",
  },
  {
    name: "max-templates",
    argument: "N",
    group: "Limits",
    help: "Remember this many templates of an exporter",
    fallback: "1024",
  },
  {
    name: "template-lifetime",
    argument: "SECONDS",
    group: "Limits",
    help: "Forget templates that were not sent again over UDP within this time",
    fallback: "86400",
  },
  {
    name: "waiting",
    argument: "MIB",
    group: "Limits",
    help: "Memory for data that came before its template",
    fallback: "8",
  },
  {
    name: "waiting-time",
    argument: "SECONDS",
    group: "Limits",
    help: "Give such data up after this time",
    fallback: "60",
  },
  {
    name: "output",
    short: "o",
    argument: "FILE",
    group: "Output",
    help: "Write the rows of -r into this IPFIX file, - for standard output; null: only counts, also with --listen",
  },
];

/** Every switch that a collecting service has, in the order of help. */
export const COLLECTOR_SWITCHES: readonly Switch[] = [...LISTEN_SWITCHES, ...DECODE_SWITCHES, ...STORE_SWITCHES];
