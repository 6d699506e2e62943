// set_of_strings.ts FILE: how many different lines a file has, as a script without flowtap would find out.
import { closeSync, openSync, readSync } from "node:fs";

const fd = openSync(process.argv[2]!, "r");
const piece = Buffer.alloc(1024 * 1024);
const lines = new Set<string>();
let rest = "";
for (let octets = readSync(fd, piece); octets > 0; octets = readSync(fd, piece)) {
  const all = (rest + piece.toString("latin1", 0, octets)).split("\n");
  rest = all.pop()!;
  for (const line of all) lines.add(line);
}
closeSync(fd);
console.log(lines.size);
