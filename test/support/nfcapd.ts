/** nfdump's collector: datagrams in, the records of `nfdump -o json` out. */
import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.js";
import { untilBound, untilRead } from "./udp_socket.js";

/** Sends the datagrams to a collector of its own; returns its records. */
export async function collectWithNfcapd(datagrams: readonly Uint8Array[]): Promise<Record<string, string | number>[]> {
  const folder = await mkdtemp(join(tmpdir(), "flowtap-nfcapd-"));
  try {
    const port = await freePort();
    const collector = spawn("nfcapd", ["-b", "127.0.0.1", "-p", String(port), "-l", folder, "-t", "3600"], {
      stdio: "ignore",
    });
    const exited = once(collector, "exit");
    const pid = collector.pid ?? 0;
    await untilBound(pid, port);
    const socket = createSocket("udp4");
    for (const datagram of datagrams) {
      await new Promise<void>((resolve, reject) => {
        socket.send(datagram, port, "127.0.0.1", (error) => (error ? reject(error) : resolve()));
      });
    }
    socket.close();
    await untilRead(pid, port);
    collector.kill("SIGTERM");
    await exited;
    const file = (await readdir(folder)).find((name) => /^nfcapd\.\d+$/.test(name));
    if (file === undefined) return [];
    const dump = spawnSync("nfdump", ["-r", join(folder, file), "-q", "-N", "-o", "json"], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    });
    // With -q the objects stand behind each other without the brackets of an array; they are flat.
    const objects = dump.stdout.match(/\{[^}]*\}/g) ?? [];
    return objects.map((text) => JSON.parse(text) as Record<string, string | number>);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
