/** rwresolve against a name server of the test's own. */

import { join } from "node:path";
import test from "ava";
import { type Answer, labels, NameServer } from "../support/name_server.js";
import { startCommand, until } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwresolve");
test.after.always(() => tools.remove());

const NAMES: Readonly<Record<string, Answer>> = {
  "1.0.0.10.in-addr.arpa": labels("one.example.org"),
  "2.0.0.10.in-addr.arpa": labels("two.example.org"),
  "3.0.0.10.in-addr.arpa": "silent",
  "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa": labels("six.example.org"),
};

async function serving<Result>(server: NameServer, use: (servers: string) => Promise<Result>): Promise<Result> {
  const address = await server.listen();
  try {
    return await use(`--servers=${address}`);
  } finally {
    server.close();
  }
}

async function resolved(lines: readonly string[], ...args: string[]): Promise<string[]> {
  const server = new NameServer((name) => NAMES[name] ?? "none");
  return serving(server, async (servers) => {
    const { status, stdout, stderr } = await tools.run("rwresolve", [servers, ...args], { stdin: lines.join("\n") });
    if (status !== 0 || stderr !== "") throw new Error(stderr);
    return stdout.split("\n").slice(0, -1);
  });
}

test("addresses of the first two columns become names, all else stays", async (t) => {
  t.deepEqual(
    await resolved([
      "            sIP|            dIP|sPort|         nhIP|",
      "       10.0.0.1|       10.0.0.9|   80|     10.0.0.1|",
      "    2001:db8::1|       10.0.0.2|  443|            0|",
    ]),
    [
      "            sIP|            dIP|sPort|         nhIP|",
      "one.example.org|       10.0.0.9|   80|     10.0.0.1|",
      "six.example.org|two.example.org|  443|            0|",
    ],
  );
});

test("columns, delimiter and width are those asked for", async (t) => {
  t.deepEqual(
    await resolved(["a,10.0.0.1,10.0.0.2", "b,dIP,10.0.0.9"], "--ip-fields=2,3", "--delimiter=,", "--column-width=17"),
    ["a,  one.example.org,  two.example.org", "b,              dIP,         10.0.0.9"],
  );
});

test("numbers are addresses only in columns that were asked for", async (t) => {
  t.deepEqual(await resolved(["167772161|167772162|"]), ["167772161|167772162|"]);
  t.deepEqual(await resolved(["167772161|167772162|"], "--ip-fields=1"), ["one.example.org|167772162|"]);
});

test("a name that does not come in time leaves the address, and lines keep their order", async (t) => {
  const lines = ["10.0.0.3|", "10.0.0.1|", "10.0.0.9|"];
  t.deepEqual(await resolved(lines, "--timeout=4"), ["10.0.0.3|", "one.example.org|", "10.0.0.9|"]);
});

test("each address is asked for once, at most so many at a time", async (t) => {
  const server = new NameServer((name) => labels(`host${name.split(".")[0]}.example`), 5);
  await serving(server, async (servers) => {
    const lines = Array.from({ length: 400 }, (_, k) => `10.0.0.${k % 40}|`);
    const { stdout } = await tools.run("rwresolve", [servers, "--max-requests=4"], { stdin: lines.join("\n") });
    t.deepEqual(
      stdout.split("\n").slice(0, -1),
      lines.map((_line, k) => `host${k % 40}.example|`),
    );
    t.is(new Set(server.asked).size, 40);
    t.true(server.most <= 4, String(server.most));
  });
});

test("a name cannot break the terminal or the column", async (t) => {
  const hostile = [Buffer.from("\u001b[31mred|x\n"), Buffer.from("example")];
  const server = new NameServer(() => hostile);
  await serving(server, async (servers) => {
    const { stdout } = await tools.run("rwresolve", [servers], { stdin: "10.0.0.1|7|\n" });
    const [line, ...more] = stdout.split("\n");
    t.deepEqual(more, [""]);
    t.regex(line!, /^[\x20-\x7e]+$/);
    t.is(line!.split("|").length, 3);
  });
});

test("lines of a pipe that goes on are printed as soon as their names are known", async (t) => {
  const server = new NameServer((name) => NAMES[name] ?? "none");
  await serving(server, async (servers) => {
    const { child, ended } = startCommand(join(tools.path, "rwresolve"), [servers]);
    let seen = "";
    child.stdout.on("data", (piece: Buffer) => (seen += piece.toString()));
    child.stdin.write("10.0.0.1|\n");
    await until(() => seen === "one.example.org|\n", "the first line");
    child.stdin.write("10.0.0.2|\n10.0");
    await until(() => seen.endsWith("two.example.org|\n"), "the second line");
    child.stdin.end(".0.1");
    t.is((await ended).stdout, "one.example.org|\ntwo.example.org|\none.example.org\n");
  });
});

test("a reader that has gone ends it", async (t) => {
  const { child, ended } = startCommand(join(tools.path, "rwresolve"), []);
  child.stdout.destroy();
  child.stdin.write("x|\n");
  const writing = setInterval(() => child.stdin.write("x|\n"), 20);
  const { status, stderr } = await ended;
  clearInterval(writing);
  t.deepEqual({ status, stderr }, { status: 0, stderr: "" });
});

test("SiLK's resolvers are taken, others and wrong arguments refused", async (t) => {
  for (const name of ["c-ares", "adns", "getnameinfo", "gethostbyaddr"])
    t.is((await tools.run("rwresolve", [`--resolver=${name}`], { stdin: "x|\n" })).stdout, "x|\n");
  for (const wrong of [
    "--resolver=other",
    "--servers=example.org",
    "--servers=1.2.3.4:0",
    "--ip-fields=0",
    "--max-requests=0",
    "--delimiter=ab",
    "file",
  ])
    t.is((await tools.run("rwresolve", [wrong], { stdin: "x|\n" })).status, 1, wrong);
});

test("a line without end is an error, not memory", async (t) => {
  const { status, stderr } = await tools.run("rwresolve", [], { stdin: `a|b\n${"x".repeat(3 << 20)}` });
  t.is(status, 1);
  t.regex(stderr, /^rwresolve: stdin: a line after line 1 is longer than/);
});
