// make soak: the sensor under a SYN flood from random sources mixed with 100 known sessions, with store, collector and
// scrapes, for MINUTES (10). Prints memory, descriptors and event-loop delay as they go, then whether the sessions'
// counters came out exact. Needs root.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeNetwork, openSink, RECEIVER, removeNetwork, SENDER, SINK_PORT } from "./network.js";

const MINUTES = Number(process.env.MINUTES ?? 10);
const RATE = Number(process.env.RATE ?? 50_000);
const MAX_FLOWS = Number(process.env.MAX_FLOWS ?? 100_000);
const LOOKS = 20;

interface Session {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly packets: number;
  readonly octets: number;
  readonly reversePackets: number;
  readonly reverseOctets: number;
}

const inReceiver = (...command: string[]) => ["netns", "exec", RECEIVER, ...command];

function status(pid: number): { memory: number; descriptors: number } {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    memory: Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** The sensor's metrics, read at once: the loop's delays begin anew with each scrape. */
function scrape(): (name: string, labels?: string) => number {
  const text = execFileSync("ip", inReceiver("curl", "-s", "http://127.0.0.1:9469/metrics"), { encoding: "utf8" });
  const lines = text.split("\n");
  return (name, labels = "") => {
    const start = labels === "" ? name : `${name}{${labels}}`;
    return lines.reduce((sum, line) => (line.startsWith(start) ? sum + Number(line.split(" ").at(-1)) : sum), 0);
  };
}

/** Sums of one direction of all sessions' rows in the store, by their ends. */
function sumsOf(store: string): Map<string, readonly [packets: number, octets: number]> {
  const shape = ["--fields=sip,sport,dip,dport", "--values=packets,bytes", "--no-titles", "--delimited=,"];
  const rows = ["--type=all", "--start-date=2000/01/01", "--end-date=2100/01/01", "--any-address=10.200.0.0/24"];
  const text = execFileSync("node", ["dist/cli.js", "uniq", ...shape, "--data-rootdir", store, ...rows], {
    encoding: "utf8",
  });
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [sip, sport, dip, dport, packets, octets] = line.split(",");
        return [`${sip} ${sport} ${dip} ${dport}`, [Number(packets), Number(octets)]] as const;
      }),
  );
}

const folder = mkdtempSync(join(tmpdir(), "flowtap-soak-"));
const store = join(folder, "store");
makeNetwork();
const sink = openSink();
try {
  const flags = [
    "--max-flows",
    String(MAX_FLOWS),
    "--metrics",
    "9469",
    "--store",
    store,
    "-o",
    `ipfix+udp://127.0.0.1:${SINK_PORT}`,
  ];
  const sensor = spawn("ip", inReceiver("node", "dist/cli.js", "meter", "-i", "in", ...flags), {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(sensor, "exit");
  const pid = sensor.pid!;
  await sleep(2000);
  const options = ["--mode", "sessions", "--rate", String(RATE), "--seconds", String(MINUTES * 60)];
  const sending = ["netns", "exec", SENDER, "build/native/send", "--interface", "out", "--generate", ...options];
  const sender = spawn("ip", sending, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  sender.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const sent = once(sender, "exit");
  console.log(`${MINUTES} min at ${RATE} packets/s, at most ${MAX_FLOWS} flows`);
  console.log("minute   MiB  descriptors  flows  dropped  no room  loop delay p99 ms");
  for (let look = 1; look <= LOOKS; look++) {
    await sleep((MINUTES * 60_000) / LOOKS);
    const { memory, descriptors } = status(pid);
    const metric = scrape();
    const numbers = [
      ((look * MINUTES) / LOOKS).toFixed(1).padStart(6),
      memory.toFixed(0).padStart(5),
      String(descriptors).padStart(12),
      String(metric("flowtap_flowtable_flows", 'thread="0"')).padStart(6),
      String(metric("flowtap_capture_dropped_packets_total")).padStart(8),
      String(metric("flowtap_meter_ignored_packets_total", 'reason="no_room"')).padStart(8),
      (metric("nodejs_eventloop_lag_p99_seconds") * 1000).toFixed(1).padStart(18),
    ];
    console.log(numbers.join(" "));
  }
  await sent;
  await sleep(500);
  sensor.kill("SIGTERM");
  await ended;
  const { packets, sessions } = JSON.parse(said.slice(said.indexOf("{"))) as { packets: number; sessions: Session[] };
  const sums = sumsOf(store);
  const exact = sessions.filter((each) => {
    const forward = sums.get(`${each.source} ${each.sourcePort} ${each.destination} ${each.destinationPort}`);
    const reverse = sums.get(`${each.destination} ${each.destinationPort} ${each.source} ${each.sourcePort}`);
    return (
      forward?.[0] === each.packets &&
      forward[1] === each.octets &&
      reverse?.[0] === each.reversePackets &&
      reverse[1] === each.reverseOctets
    );
  });
  console.log(`${packets} packets sent; ${exact.length} of ${sessions.length} sessions exact`);
  if (exact.length < sessions.length) process.exitCode = 1;
} finally {
  sink.kill("SIGKILL");
  removeNetwork();
  rmSync(folder, { recursive: true, force: true });
}
