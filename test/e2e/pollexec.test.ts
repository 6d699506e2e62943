/** rwpollexec on folders of its own. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { type Ended, startCommand, until } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwpollexec");
test.after.always(() => tools.remove());

/** A running rwpollexec with its folders. */
class Polling {
  readonly folder = mkdtempSync(join(tools.path, "poll-"));
  readonly incoming = this.#made("in");
  readonly error = this.#made("bad");
  readonly archive = this.#made("done");
  log = "";
  #end: (() => Promise<Ended>) | undefined;

  #made(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path);
    return path;
  }

  put(name: string, content = "content\n"): void {
    writeFileSync(join(this.incoming, name), content);
  }

  start(command: string, ...more: string[]): this {
    const args = [
      "--no-daemon",
      `--incoming-directory=${this.incoming}`,
      `--error-directory=${this.error}`,
      "--polling-interval=1",
      `--command=${command}`,
      ...more,
    ];
    const { child, ended } = startCommand(join(tools.path, "rwpollexec"), args, { cwd: this.folder });
    child.stderr.on("data", (piece: Buffer) => (this.log += piece.toString()));
    this.#end = () => {
      child.kill("SIGTERM");
      return ended;
    };
    return this;
  }

  async saw(text: string | RegExp): Promise<void> {
    await until(
      () => (typeof text === "string" ? this.log.includes(text) : text.test(this.log)),
      `${text} in ${this.log}`,
    );
  }

  stop(): Promise<Ended> {
    return this.#end!();
  }

  content(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }
}

test("a file whose command succeeds is deleted, one whose command fails is put aside", async (t) => {
  const polling = new Polling();
  polling.put("good");
  polling.put("wrong");
  polling.start("echo %s >> ran; case %s in */good) exit 0;; *) exit 3;; esac");
  await polling.saw(/wrong failed: exit status 3/);
  await polling.saw(/good succeeded/);
  const { status } = await polling.stop();
  t.is(status, 0);
  t.deepEqual(readdirSync(polling.incoming), []);
  t.deepEqual(readdirSync(polling.error), ["wrong"]);
  t.is(polling.content("ran"), `${polling.incoming}/good\n${polling.incoming}/wrong\n`);
});

test("files are archived by the hour, or flat, and replace nothing", async (t) => {
  const hourly = new Polling();
  hourly.put("a");
  hourly.start("true", `--archive-directory=${hourly.archive}`);
  await hourly.saw("a succeeded");
  await hourly.stop();
  const found = readdirSync(hourly.archive, { recursive: true }) as string[];
  t.true(
    found.some((path) => /^\d{4}\/\d{2}\/\d{2}\/\d{2}\/a$/.test(path)),
    found.join(" "),
  );
  const flat = new Polling();
  writeFileSync(join(flat.archive, "a"), "there before");
  flat.put("a", "new");
  flat.start("true", `--archive-directory=${flat.archive}`, "--flat-archive");
  await flat.saw("a succeeded");
  await flat.stop();
  t.is(flat.content("done/a"), "there before");
  t.is(flat.content("done/a.1"), "new");
});

test("a file that still grows, an empty one, a dot file and a folder are left alone", async (t) => {
  const polling = new Polling();
  polling.put("growing", "x");
  polling.put("empty", "");
  polling.put(".hidden");
  mkdirSync(join(polling.incoming, "folder"));
  // A process of its own, which this one's work does not hold up: it must not rest from one look to the next.
  const grows = startCommand("sh", [
    "-c",
    'while sleep 0.02; do echo x >> "$0"; done',
    join(polling.incoming, "growing"),
  ]);
  t.teardown(() => grows.child.kill("SIGKILL"));
  polling.start("echo %s >> ran");
  polling.put("steady");
  await polling.saw("steady succeeded");
  t.false(polling.log.includes("growing succeeded"));
  t.true(existsSync(join(polling.incoming, "growing")));
  grows.child.kill("SIGKILL");
  await polling.saw("growing succeeded");
  await polling.stop();
  t.deepEqual(readdirSync(polling.incoming).sort(), [".hidden", "empty", "folder"]);
  t.is(polling.content("ran").split("\n").length, 3);
});

test("names are never commands", async (t) => {
  const polling = new Polling();
  const names = ["$(touch hacked)", "`touch hacked`", "a;touch hacked", "-rf", "q\"u'o", "two words", "line\nfeed"];
  for (const name of names) polling.put(name, name);
  polling.start('cat "%s" >> both && cat %s >> both');
  await until(() => readdirSync(polling.incoming).filter((name) => !name.startsWith(".")).length === 0, "all");
  await polling.stop();
  t.false(readdirSync(polling.folder).includes("hacked") || readdirSync(polling.incoming).includes("hacked"));
  t.is(polling.content("both").length, 2 * names.join("").length);
  t.deepEqual(readdirSync(polling.error), []);
  t.true(polling.log.includes("line\\x0afeed"), polling.log);
});

test("at most so many commands run at a time", async (t) => {
  const polling = new Polling();
  for (const name of "abcdef") polling.put(name);
  // None of the first three ends before all of them have started; then a fourth would have time to.
  const start = "echo start >> order; until test $(grep -c start order) -ge 3; do sleep 0.05; done";
  polling.start(`${start}; sleep 0.4; echo end >> order`, "--simultaneous=3");
  await until(() => readdirSync(polling.incoming).filter((name) => !name.startsWith(".")).length === 0, "all");
  await polling.stop();
  let [running, most] = [0, 0];
  for (const line of polling.content("order").trim().split("\n")) {
    running += line === "start" ? 1 : -1;
    most = Math.max(most, running);
  }
  t.is(most, 3);
});

test("a command that takes too long gets its signals, and all its processes with it", async (t) => {
  const polling = new Polling();
  polling.put("slow");
  polling.start("trap '' TERM; sleep 60 & echo $! > child; wait; sleep 60", "--timeout=TERM,4", "--timeout=9,6");
  await polling.saw(/after 4 s: sending SIGTERM/);
  await polling.saw(/slow failed: ended by SIGKILL/);
  await polling.stop();
  t.deepEqual(readdirSync(polling.error), ["slow"]);
  const child = Number(polling.content("child"));
  await until(
    () => !existsSync(`/proc/${child}`) || readFileSync(`/proc/${child}/stat`, "utf8").includes(") Z "),
    "end",
  );
});

test("SIGTERM waits for what runs and starts nothing more; the next start finds the rest", async (t) => {
  const polling = new Polling();
  polling.put("a");
  polling.put("b");
  polling.start("echo %s >> ran; until test -e go; do sleep 0.05; done");
  await until(() => existsSync(join(polling.folder, "ran")), "the first command");
  const stopped = polling.stop();
  await polling.saw("Waiting for 1 running command");
  writeFileSync(join(polling.folder, "go"), "");
  const { status } = await stopped;
  t.is(status, 0);
  t.is(polling.content("ran"), `${polling.incoming}/a\n`);
  t.deepEqual(readdirSync(polling.incoming), ["b"]);
  polling.start("echo again %s >> ran");
  await polling.saw("b succeeded");
  await polling.stop();
  t.is(polling.content("ran"), `${polling.incoming}/a\nagain ${polling.incoming}/b\n`);
});

test("a file that cannot be put away does not run again", async (t) => {
  const polling = new Polling();
  polling.put("a");
  polling.start(`echo ran >> ran; rmdir ${polling.error}; exit 1`);
  await polling.saw(/Cannot move or delete/);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  mkdirSync(polling.error);
  await until(() => existsSync(join(polling.error, "a")), "the file");
  await polling.stop();
  t.is(polling.content("ran"), "ran\n");
});

test("a second process for the same folder is refused", async (t) => {
  const first = new Polling().start("true");
  await first.saw("Watching");
  const { status, stderr } = await tools.run("rwpollexec", [
    "--no-daemon",
    `--incoming-directory=${first.incoming}`,
    `--error-directory=${first.error}`,
    "--command=true",
  ]);
  t.is(status, 1);
  t.regex(stderr, /already watches/);
  await first.stop();
  t.deepEqual(readdirSync(first.incoming), []);
});

test("log, level and process number go where they are told", async (t) => {
  const polling = new Polling();
  polling.put("a");
  polling.start("true", "--log-pathname=log", "--log-level=debug", "--pidfile=pid");
  await until(() => existsSync(join(polling.folder, "pid")), "pid");
  const log = join(polling.folder, "log");
  await until(() => existsSync(log) && readFileSync(log, "utf8").includes("a succeeded"), "log");
  t.regex(polling.content("pid"), /^\d+\n$/);
  const { stderr } = await polling.stop();
  t.is(stderr, "");
  t.regex(polling.content("log"), /rwpollexec\[\d+\]: Running the command on/);
  t.false(existsSync(join(polling.folder, "pid")));
});

test("what cannot be done is refused with the reason", async (t) => {
  const { incoming, error } = new Polling();
  const usual = ["--no-daemon", `--incoming-directory=${incoming}`, `--error-directory=${error}`];
  for (const [args, reason] of [
    [[...usual.slice(1), "--command=true"], /running as a daemon is not supported: .*systemd/],
    [usual, /The --command switch is required/],
    [[...usual, "--command=a %d"], /Unknown conversion '%d'/],
    [[...usual.slice(0, 2), "--command=true", `--error-directory=${incoming}`], /are the same folder/],
    [[...usual, "--command=true", "--archive-directory=/no/such"], /is not a folder/],
    [[...usual, "--command=true", "--flat-archive"], /--flat-archive needs/],
    [[...usual, "--command=true", "--simultaneous=51"], /above maximum of 50/],
    [[...usual, "--command=true", "--timeout=NOSUCH,1"], /Unknown signal 'NOSUCH'/],
    [[...usual, "--command=true", "--timeout=TERM"], /Expected SIGNAL,SECONDS/],
    [[...usual, "--command=true", "--log-destination=syslog"], /syslog is not supported/],
    [[...usual, "--command=true", "--log-post-rotate=x"], /--log-post-rotate is not supported/],
    [[...usual, "--command=true", "--log-pathname=a", "--log-directory=b"], /Only one of/],
  ] as const) {
    const { status, stderr } = await tools.run("rwpollexec", args);
    t.is(status, 1, stderr);
    t.regex(stderr, reason);
  }
});
