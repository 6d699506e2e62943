/** Wireshark's cflow dissector as a judge of datagrams. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PORT = 9995;

/** A capture (link type raw IP) of the datagrams, each in one UDP packet over IPv4. */
function capture(datagrams: readonly Uint8Array[]): Buffer {
  const parts = [Buffer.from("d4c3b2a1020004000000000000000000ffff000065000000", "hex")];
  for (const datagram of datagrams) {
    const header = Buffer.alloc(16 + 28);
    const length = 28 + datagram.length;
    header.writeUInt32LE(1_700_000_000, 0);
    header.writeUInt32LE(length, 8);
    header.writeUInt32LE(length, 12);
    header.set([0x45, 0, length >> 8, length & 255, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1], 16);
    header.writeUInt16BE(PORT, 36);
    header.writeUInt16BE(PORT, 38);
    header.writeUInt16BE(8 + datagram.length, 40);
    parts.push(header, Buffer.from(datagram));
  }
  return Buffer.concat(parts);
}

/** What tshark prints for the fields of each datagram: values of one field are joined with commas. */
export function dissect(datagrams: readonly Uint8Array[], fields: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "flowtap-tshark-"));
  try {
    const file = join(folder, "export.pcap");
    writeFileSync(file, capture(datagrams));
    const run = spawnSync(
      "tshark",
      ["-r", file, "-d", `udp.port==${PORT},cflow`, "-T", "fields", ...fields.flatMap((name) => ["-e", name])],
      { encoding: "utf8", env: { ...process.env, TZ: "UTC" } },
    );
    return run.stdout
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => line.split("\t"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times that the dissector has printed in one cell, in milliseconds since 1970: they have commas of their own. */
export function dates(cell = ""): number[] {
  return [...cell.matchAll(/\w+ +\d+, \d+ [\d:.]+ UTC/g)].map(([text]) =>
    Date.parse(text.replace(/(\.\d{3})\d+/, "$1")),
  );
}
