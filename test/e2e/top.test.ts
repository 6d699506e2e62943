import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import test, { type ExecutionContext } from "ava";
import { EmulatedTerminal } from "../support/emulated_terminal.js";
import { linesOf, PROGRAM, run, runCommand, start, startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { TerminalSession } from "../support/terminal_session.js";
import { haveTools } from "../support/tools.js";

const OFFICE = resolve("pcaps", "office.pcap");
/** What a terminal gets last. */
const LEFT = "\x1b[?7h\x1b[?25h\x1b[?1049l";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const TOP = `"${process.execPath}" "${PROGRAM}" top`;

/** `flowtap top` on a pseudo-terminal. @param before shell commands that run first, on the same terminal */
function session(args: string, before = ""): TerminalSession {
  return new TerminalSession(`${before} exec ${TOP} ${args}`);
}

/** A capture that is long over when the view is left. */
const replay = (more = "") => `-r ${OFFICE} --speed 1000 --interval 0.2 ${more}`;

test("top of a capture prints its hosts, as the flows of the meter add up", async (t) => {
  const { status, stdout, stderr } = await run(["top", "-r", OFFICE, "--speed", "max", "--once", "--totals"]);
  t.is(status, 0, stderr);
  const { stdout: flows } = await run([
    "meter",
    "-r",
    OFFICE,
    "-o",
    "csv:-",
    "--fields=sip,dip,bytes,reverseOctets",
    "-q",
  ]);
  const octets = new Map<string, number>();
  for (const line of linesOf(flows).slice(1)) {
    const [source = "", destination = "", there, back] = line.split(",");
    for (const host of [source, destination]) octets.set(host, (octets.get(host) ?? 0) + Number(there) + Number(back));
  }
  const expected = [...octets].sort(([, a], [, b]) => b - a).map(([host]) => host);
  const lines = linesOf(stdout);
  const rows = lines.slice(lines.findIndex((line) => line.startsWith("host ")) + 1);
  t.deepEqual(
    rows.slice(0, 12).map((line) => line.split(" ")[0]),
    expected.slice(0, 12),
  );
  t.regex(lines[0]!, /office\.pcap .* ended$/);
});

test("the picture in the documentation is what its command prints", async (t) => {
  const page = readFileSync(resolve("docs", "top.md"), "utf8");
  const [, command = "", picture = ""] = /^ {4}\$ flowtap (top .*)\n((?:(?: {4}.*)?\n)+)^## /m.exec(page) ?? [];
  const { stdout } = await run(command.split(" "), { env: { LC_ALL: "C.UTF-8" } });
  t.true(stdout.length > 500, command);
  t.is(picture.replaceAll(/^ {4}/gm, "").trimEnd(), stdout.trimEnd());
});

test("--count prints so many frames, one an interval, and stops", async (t) => {
  const args = ["top", "-r", OFFICE, "--count", "3", "--interval", "0.2", "--view", "ports", "--rows", "2"];
  const { status, stdout, stderr } = await run(args);
  t.is(status, 0, stderr);
  t.is(stdout.match(/^flowtap top /gm)?.length, 3);
  t.is(stdout.match(/^service /gm)?.length, 3);
});

test("what cannot be shown is refused in one line", async (t) => {
  const text = scratch.write("text.pcap", "no capture\n");
  for (const [args, status, message] of [
    [[], 2, /nothing to show: give an interface with -i, or a capture with -r/],
    [["-r", OFFICE], 2, /no terminal: print text with --once or --count N/],
    [["-i", "nosuchif", "--once"], 1, /nosuchif/],
    [["-i", "lo", "-r", OFFICE], 2, /exclude each other/],
    [["-i", "lo", "--speed", "2"], 2, /--speed is for captures/],
    [["-r", OFFICE, "--threads", "2", "--once"], 2, /--threads is for live capture/],
    [["-r", OFFICE, "--view", "x", "--once"], 2, /--view=x: .*Expected one of hosts, conversations/],
    [["-r", OFFICE, "--sort", "", "--once"], 2, /--sort=: .*Expected one of bits, packets, flows/],
    [["-r", OFFICE, "--interval", "0.01", "--once"], 2, /--interval: '0\.01'/],
    [["-r", OFFICE, "--once", "--count", "2"], 2, /--once is --count 1/],
    [["-r", "/nonexistent.pcap", "--once"], 1, /nonexistent\.pcap: no such file/],
    [["-r", text, "--once"], 1, /text\.pcap: not a capture/],
    [["eth1"], 2, /unexpected argument 'eth1'/],
  ] as const) {
    const ended = await run(["top", ...args]);
    t.is(ended.status, status, ended.stderr);
    t.is(ended.stdout, "");
    t.regex(ended.stderr, message);
    t.is(linesOf(ended.stderr).length, status === 2 ? 2 : 1, ended.stderr);
  }
});

test("a capture that cannot be read among others is said, with status 4", async (t) => {
  const text = scratch.write("bad.pcap", "no capture\n");
  const { status, stdout, stderr } = await run(["top", "-r", text, "-r", OFFICE, "--speed", "max", "--once"]);
  t.is(status, 4);
  t.regex(stdout, /^192\.168\.7\.21 /m);
  t.regex(stderr, /bad\.pcap: not a capture/);
});

test("a signal ends frames as text at once, with its status", async (t) => {
  const { child, ended } = start(["top", "-r", OFFICE, "--count", "1000", "--interval", "0.2"]);
  let out = "";
  child.stdout.on("data", (piece: Buffer) => {
    out += piece.toString();
  });
  await until(() => out.includes("host "), "a frame");
  child.kill("SIGTERM");
  t.is((await ended).status, 143);
});

test("a reader that has had enough ends it without a word", async (t) => {
  const command = `${TOP} -r ${OFFICE} --count 1000 --interval 0.1 | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await runCommand("bash", ["-c", command]);
  t.is(stderr, "");
  t.is(linesOf(stdout)[1], "0");
});

test("on a terminal the known top talker is shown, and q gives the terminal back", async (t) => {
  if (!haveTools(t, "script")) return;
  const view = session(replay());
  const lines = await view.shows(/office\.pcap .* ended$/, /1 to \d+ of \d+ +\? help {2}q quit$/);
  const titles = lines.findIndex((line) => /^host +2 s +10 s +40 s +sent +received/.test(line));
  t.regex(lines[titles + 1]!, /^192\.168\.7\.21 /);
  t.regex(lines.at(-1)!, /q quit$/);
  t.true(view.text.includes("\x1b[?1049h\x1b[?25l"));
  view.type("q");
  const { status } = await view.running.ended;
  t.is(status, 0);
  t.true(view.text.endsWith(LEFT), JSON.stringify(view.text.slice(-60)));
});

test("keys switch views, sort, filter, show help and act at once", async (t) => {
  if (!haveTools(t, "script")) return;
  // Nothing but keys makes it draw again.
  const view = session(`-r ${OFFICE} --speed max --interval 1000`);
  await view.shows(/ended$/);
  view.type("2");
  await view.shows(/^192\.168\.7\.21 → 198\.51\.100\.77 80\/tcp /);
  view.type("t");
  await view.shows(/^client, server, service +bytes/);
  view.type("3f");
  await view.shows(/^service +flows/);
  view.type("/443\r");
  await view.shows(/^\/443 {2}1 to 1 of 1/);
  view.type("\x1b");
  await view.shows(/^22\/tcp/);
  view.type("h");
  await view.shows(/^1 to 5, Tab {3}views/);
  view.type("x\t");
  await view.shows(/^protocol +flows/);
  view.type("q");
  t.is((await view.running.ended).status, 0);
});

test("a change of the terminal's size is followed", async (t) => {
  if (!haveTools(t, "script")) return;
  const go = join(scratch.path, "go");
  const resize = `(while [ ! -e ${go} ]; do sleep 0.05; done; stty rows 10 cols 44 </dev/tty) &`;
  const view = session(replay(), resize);
  await view.shows(/^host +2 s +10 s +40 s +sent +received +packets\/s/);
  writeFileSync(go, "");
  await view.shows(/^ 1 hosts {2}2 {2}3 {2}4 {2}5 /);
  let smaller = new EmulatedTerminal(44, 10);
  await until(() => {
    smaller = new EmulatedTerminal(44, 10);
    smaller.write(view.text.slice(view.text.lastIndexOf("\x1b[2J")));
    // A frame may be drawn in part only, but the one after it will be whole.
    return [/^192\.168\.7\.21 /, /p\/s .*b\/s .*flows\/s$/].every((each) =>
      smaller.lines.some((line) => each.test(line)),
    );
  }, "the top talker and the rates on fewer columns");
  t.is(smaller.strange, "");
  view.type("q");
  t.is((await view.running.ended).status, 0);
});

test("Ctrl-C and signals give the terminal back and are the status", async (t) => {
  if (!haveTools(t, "script")) return;
  for (const [name, status] of [
    ["", 130],
    ["TERM", 143],
  ] as const) {
    const told = join(scratch.path, `pid${name}`);
    const view = session(replay(), `echo $$ > ${told};`);
    await view.shows(/^192\.168\.7\.21 /);
    if (name === "") view.type("\x03");
    else spawnSync("sh", ["-c", `kill -${name} $(cat ${told})`]);
    t.is((await view.running.ended).status, status);
    t.true(view.text.endsWith(LEFT), JSON.stringify(view.text.slice(-60)));
  }
});

test("a terminal that goes away ends the program by SIGHUP", async (t) => {
  if (!haveTools(t, "script")) return;
  const told = join(scratch.path, "status");
  // The shell outlives its terminal and tells how the program ended.
  const shell = scratch.write(
    "hangup.sh",
    `trap "" HUP\n(trap - HUP; exec ${TOP} ${replay()})\necho $? > ${told}.part; mv ${told}.part ${told}\n`,
  );
  const env = { TERM: "xterm" };
  const { child } = startCommand("script", ["-qec", `sh ${shell}`, "/dev/null"], { env });
  let out = "";
  child.stdout.on("data", (piece: Buffer) => {
    out += piece.toString();
  });
  await until(() => out.includes("192.168.7.21"), "a frame");
  child.kill("SIGKILL");
  await until(() => existsSync(told), "the program's end");
  t.is(spawnSync("cat", [told], { encoding: "utf8" }).stdout, "129\n");
});

test("an exception gives the terminal back before its trace is printed", async (t) => {
  if (!haveTools(t, "script")) return;
  const terminal = pathToFileURL(resolve("dist", "top", "terminal.js")).href;
  const path = scratch.write(
    "throwing.mjs",
    `import { Terminal } from "${terminal}";
     const nothing = () => {};
     new Terminal(process.stdin, process.stdout, { keys: nothing, resized: nothing, gone: nothing }).enter();
     setTimeout(() => { throw new Error("out of luck"); }, 50);`,
  );
  const { child, ended } = startCommand("script", ["-qec", `"${process.execPath}" ${path}`, "/dev/null"]);
  const { status, stdout } = await ended;
  child.stdin.end();
  t.not(status, 0);
  t.true(stdout.indexOf(LEFT) > 0);
  t.true(stdout.indexOf(LEFT) < stdout.indexOf("out of luck"));
});

test("a terminal that cannot be drawn on is refused", async (t) => {
  if (!haveTools(t, "script")) return;
  const command = `TERM=dumb ${TOP} -r ${OFFICE}`;
  const { status, stdout } = await runCommand("script", ["-qec", command, "/dev/null"]);
  t.is(status, 2);
  t.regex(stdout, /^flowtap: the terminal \(TERM=dumb\) cannot be drawn on: print text with --once or --count N/);
});

/** Whether a network of our own can be made: a namespace that goes with the process. */
function haveNetwork(t: ExecutionContext): boolean {
  if (!haveTools(t, "script", "unshare", "ip", "tcpreplay")) return false;
  const made = spawnSync("unshare", ["-n", "ip", "link", "add", "out", "type", "veth", "peer", "name", "in"]);
  if (made.status === 0) return true;
  t.log(`SKIPPED: no network namespace can be made here (${made.stderr.toString().trim()})`);
  t.pass();
  return false;
}

test("live traffic is shown while it passes, named by its interface", async (t) => {
  if (!haveNetwork(t)) return;
  const script = scratch.write(
    "live.sh",
    `ip link add out type veth peer name in; ip link set out up; ip link set in up
     (for i in 1 2 3 4 5 6 7 8 9; do timeout 30 tcpreplay -q -i out --mbps=20 --loop=10 ${OFFICE} >/dev/null 2>&1; done) &
     replay=$!
     ${TOP} -i in --interval 0.5
     status=$?; kill $replay; exit $status`,
  );
  const view = new TerminalSession(`exec unshare -n sh ${script}`, { columns: 110 });
  await view.shows(/^192\.168\.7\.21 .* [1-9][\d.]* [kM] /);
  t.regex(view.lines[0]!, /^flowtap top in · 0:00:/);
  await view.shows(/dropped by kernel 0 {2}by interface \d+ {2}no room 0 {2}evicted 0/);
  view.type("5");
  await view.shows(/^in vlan 40 /);
  view.type("q");
  t.is((await view.running.ended).status, 0);
  t.true(view.text.endsWith(LEFT));
});
