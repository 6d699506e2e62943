import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { CapturePathError, compareCaptureNames, expandCaptures, parseCaptureList } from "../../src/meter/captures.js";
import { pcap, pcapng } from "../support/capture_writer.js";
import { Scratch } from "../support/scratch.js";

const CAPTURE = pcap([{ data: Uint8Array.of(1) }]);

/** Runs `check` with a scratch folder. */
function withScratch(check: (scratch: Scratch) => void): void {
  const scratch = new Scratch();
  try {
    check(scratch);
  } finally {
    scratch.remove();
  }
}

/** The code of the CapturePathError that `action` throws, and the path it names. */
function problem(action: () => unknown): [code: string, path: string] | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof CapturePathError) return [error.code, error.path];
    throw error;
  }
  return undefined;
}

test("files stay as they are named and in their order, captures or not", (t) => {
  withScratch((scratch) => {
    const paths = [scratch.write("b.pcap", CAPTURE), scratch.write("a.txt", "hello")];
    t.deepEqual(expandCaptures(paths), paths);
  });
});

test("a folder stands for its captures, with numbers in names in numeric order", (t) => {
  withScratch((scratch) => {
    for (const name of ["cap.pcap10", "cap.pcap2", "cap.pcap", "Zeta.pcap"]) scratch.write(name, CAPTURE);
    const names = ["cap.pcap", "cap.pcap2", "cap.pcap10", "Zeta.pcap"];
    t.deepEqual(
      expandCaptures([scratch.path]),
      names.map((name) => join(scratch.path, name)),
    );
  });
});

test("a folder's dot files are left out silently, and what is no capture with a note", (t) => {
  withScratch((scratch) => {
    scratch.write(".hidden.pcap", CAPTURE);
    scratch.write("README", "about these captures");
    scratch.write("short", "\n");
    mkdirSync(join(scratch.path, "deeper"));
    const notes: string[] = [];
    const wanted = [
      scratch.write("1.pcap", CAPTURE),
      scratch.write("2.pcapng", pcapng([])),
      scratch.write("3.gz", Uint8Array.of(0x1f, 0x8b, 8, 0)),
      scratch.write("4.zst", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)),
      scratch.write("5.pzst", Uint8Array.of(0x50, 0x2a, 0x4d, 0x18)),
      scratch.write("6.pcap", pcap([], { order: "big", format: "nanoseconds" })),
      scratch.write("7.pcap", pcap([], { format: "modified" })),
    ];
    t.deepEqual(
      expandCaptures([scratch.path], (text) => notes.push(text)),
      wanted,
    );
    t.deepEqual(
      notes,
      ["README", "short"].map((name) => `${join(scratch.path, name)}: not a capture, left out`),
    );
  });
});

test("a folder's links to files are followed, and dangling ones stay to be reported", (t) => {
  withScratch((scratch) => {
    const folder = join(scratch.path, "folder");
    mkdirSync(folder);
    symlinkSync(scratch.write("real.pcap", CAPTURE), join(folder, "a.pcap"));
    symlinkSync(join(scratch.path, "nothing"), join(folder, "b.pcap"));
    t.deepEqual(expandCaptures([folder]), [join(folder, "a.pcap"), join(folder, "b.pcap")]);
  });
});

test("a list file gives paths relative to itself, with comments and blank lines", (t) => {
  withScratch((scratch) => {
    mkdirSync(join(scratch.path, "day"));
    const first = scratch.write("day/a b.pcap", CAPTURE);
    const second = scratch.write("c.pcap", CAPTURE);
    scratch.write("lists.txt", `# Monday\n\nday\r\n  c.pcap  \n${second}\n-\n`);
    t.deepEqual(expandCaptures([`@${join(scratch.path, "lists.txt")}`]), [first, second, second, "-"]);
  });
});

test("standard input can be named once", (t) => {
  t.deepEqual(expandCaptures(["-"]), ["-"]);
  t.deepEqual(
    problem(() => expandCaptures(["-", "-"])),
    ["repeated-stdin", "-"],
  );
});

test("names that lead to no capture are errors with a code and the path", (t) => {
  withScratch((scratch) => {
    const missing = join(scratch.path, "missing.pcap");
    t.deepEqual(
      problem(() => expandCaptures([missing])),
      ["not-found", missing],
    );
    t.deepEqual(
      problem(() => expandCaptures([`@${missing}`])),
      ["not-found", missing],
    );
    t.deepEqual(
      problem(() => expandCaptures([scratch.path])),
      ["no-captures", scratch.path],
    );
    const list = scratch.write("list", "# nothing\n");
    t.deepEqual(
      problem(() => expandCaptures([`@${list}`])),
      ["no-captures", list],
    );
    t.deepEqual(
      problem(() => expandCaptures([`@${scratch.path}`])),
      ["unreadable", scratch.path],
    );
    const stale = scratch.write("stale", "gone.pcap\n");
    t.deepEqual(
      problem(() => expandCaptures([`@${stale}`])),
      ["not-found", join(scratch.path, "gone.pcap")],
    );
    const below = join(scratch.write("file.pcap", CAPTURE), "below");
    t.deepEqual(
      problem(() => expandCaptures([below])),
      ["not-found", below],
    );
  });
});

test("a file of a folder that cannot be opened stays in the list", (t) => {
  withScratch((scratch) => {
    const path = scratch.write("secret.pcap", CAPTURE);
    chmodSync(path, 0);
    t.deepEqual(expandCaptures([scratch.path]), [path]);
  });
});

test("a list's lines come back whatever surrounds them", (t) => {
  const path = fc.stringMatching(/^[^\s#@\uFEFF][^\n\r]*$/u).filter((text) => text === text.trim());
  const noise = fc.constantFrom("", "  ", "# comment", "\t#-");
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, path)), fc.constantFrom("\n", "\r\n"), (lines, end) => {
      const text = lines.map(([before, line]) => `${before}${end} ${line}\t${end}`).join("");
      t.deepEqual(
        parseCaptureList(text),
        lines.map(([, line]) => line),
      );
    }),
  );
});

test("the order of names is total, and by number where they differ in one", (t) => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (a, b) => {
      t.is(Math.sign(compareCaptureNames(`cap.pcap${a}`, `cap.pcap${b}`)), Math.sign(a - b));
    }),
  );
  t.not(compareCaptureNames("cap01", "cap1"), 0);
  t.true(compareCaptureNames("cap.pcap", "cap.pcap1") < 0);
});
