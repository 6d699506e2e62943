// query_data.ts FOLDER FLOWS PORT: writes the same flows into FOLDER/store and, as IPFIX datagrams, to PORT of this host.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArguments } from "../src/cli/parse.js";
import { IpfixEncoder } from "../src/formats/ipfix/encoder.js";
import { STORE_SWITCHES } from "../src/store/options.js";
import { StoreExporter } from "../src/store/store_exporter.js";
import { generateFlows } from "./flow_generator.js";

/** 2026-09-29T00:00:00Z in microseconds. */
const START = Date.UTC(2026, 8, 29) * 1000;

/** Octets that may wait in the collector's socket. */
const WAITING = 50_000;

const [folder = "", flows = "0", port = "0"] = process.argv.slice(2);
const store = await StoreExporter.open(parseArguments(STORE_SWITCHES, [`--store=${join(folder, "store")}`]), 0);
const encoder = new IpfixEncoder({ timestamps: "milliseconds", maxMessage: 8192, templateRefreshPackets: 1000 });
const socket = createSocket("udp4");
const messages: Buffer[] = [];

/** Octets in the receive queue of the collector's socket, as the kernel lists them. */
function waiting(): number {
  const hexadecimal = Number(port).toString(16).toUpperCase().padStart(4, "0");
  const line = readFileSync("/proc/net/udp", "utf8")
    .split("\n")
    .map((each) => each.trim().split(/\s+/))
    .find(([, local, remote]) => local?.endsWith(`:${hexadecimal}`) && remote === "00000000:0000");
  return Number.parseInt(line?.[4]?.split(":")[1] ?? "0", 16);
}

/** Sends what is encoded, no faster than the collector reads. */
async function sendMessages(): Promise<void> {
  for (const [at, message] of messages.entries()) {
    await new Promise<void>((resolve, reject) =>
      socket.send(message, Number(port), "127.0.0.1", (error) => (error === null ? resolve() : reject(error))),
    );
    if (at % 4 === 3) while (waiting() > WAITING) await pause(1);
  }
  messages.length = 0;
}

let written = 0;
await generateFlows(Number(flows), START, async (batch) => {
  store.write(batch);
  encoder.encode(batch, (octets) => void messages.push(Buffer.from(octets)));
  written += batch.count;
  await sendMessages();
  await store.ready();
  if (written % (8192 * 250) === 0) {
    store.flush();
    process.stderr.write(`\r${(written / 1e6).toFixed(1)} M flows`);
  }
});
encoder.flush((octets) => void messages.push(Buffer.from(octets)));
await sendMessages();
process.stderr.write("\n");
socket.close();
await store.close();
