/** Prefix maps from text to answers: the tools for them, and their labels in the analysis commands. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { prefixMap } from "../support/prefix_map_writer.js";
import { linesOf } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";
import { csvTable, parquetTable } from "../support/tables.js";

const tools = new SilkTools(
  "rwtuc",
  "rwcut",
  "rwfilter",
  "rwsort",
  "rwuniq",
  "rwstats",
  "rwcount",
  "rwset",
  "rwsetbuild",
  "rwsetcat",
  "rwfileinfo",
  "rwpmapbuild",
  "rwpmapcat",
  "rwpmaplookup",
);
test.after.always(() => tools.remove());

const NETS = `# who is where
map-name nets
default  elsewhere
10.0.0.0/8 inside   # wide blocks first
10.1.0.0/16 Branch Office
10.1.0.9 10.1.0.12 printers
`;

const PORTS = `mode proto-port
default other
6 6 TCP
6/80 6/81 web
17/53 dns
`;

const TYPES = `label 0 non-routable
label 1 internal
label 2 external
default external
10.0.0.0/8 internal
127.0.0.0/8 non-routable
`;

test.before(async () => {
  tools.write("nets.txt", NETS);
  for (const [name, text] of [
    ["nets", NETS],
    ["ports", PORTS],
    ["types", TYPES],
  ] as const) {
    const { status, stderr } = await tools.run("rwpmapbuild", [`--output-path=${name}.pmap`], { stdin: text });
    if (status !== 0 || stderr !== "") throw new Error(stderr);
  }
  tools.write(
    "cc.pmap",
    prefixMap({
      version: 1,
      entries: [
        ["10.0.0.0/8", "us"],
        ["10.1.0.0/16", "de"],
      ],
    }),
  );
  await tools.flows("flows.rw", [
    "sIP|dIP|sPort|dPort|protocol|packets|bytes|sTime|duration|type|",
    "10.1.0.10|192.0.2.1|1|80|6|1|140|2026/11/21T08:00:00|2.000|out|",
    "10.1.2.3|10.2.0.1|2|53|17|10|1280|2026/11/21T08:00:00|0.000|int2int|",
    "203.0.113.1|10.9.0.1|3|81|6|4|100|2026/11/21T08:00:00|0.500|in|",
    "10.200.0.1|2001:db8::1|4|9|17|3|30|2026/11/21T08:00:00|1.000|out|",
    "127.0.0.1|10.1.0.13|5|443|6|2|1080|2026/11/21T08:00:00|4.000|in|",
  ]);
});

const PLAIN = ["--no-titles", "--delimited=,"];

/** A tool's output; it must not complain. */
async function output(name: string, args: readonly string[], options: Parameters<SilkTools["run"]>[2] = {}) {
  const { status, stdout, stderr } = await tools.run(name, args, options);
  if (status !== 0 || stderr !== "") throw new Error(`${name} ${args.join(" ")}: status ${status}: ${stderr}`);
  return stdout;
}

test("rwpmapcat prints blocks, ranges, and what the map is", async (t) => {
  t.is(
    await output("rwpmapcat", ["--no-cidr-blocks", "nets.pmap"]),
    `        startIP|          endIP|        value|
        0.0.0.0|  9.255.255.255|    elsewhere|
       10.0.0.0|   10.0.255.255|       inside|
       10.1.0.0|       10.1.0.8|Branch Office|
       10.1.0.9|      10.1.0.12|     printers|
      10.1.0.13|   10.1.255.255|Branch Office|
       10.2.0.0| 10.255.255.255|       inside|
       11.0.0.0|255.255.255.255|    elsewhere|
`,
  );
  const blocks = await output("rwpmapcat", [
    "--ignore-label=ELSEWHERE",
    "--ip-label-to-ignore=10.1.255.1",
    "--left-justify-labels",
    "nets.pmap",
  ]);
  t.deepEqual(linesOf(blocks).slice(0, 5), [
    "           ipBlock|value        |",
    "       10.0.0.0/16|inside       |",
    "       10.1.0.9/32|printers     |",
    "      10.1.0.10/31|printers     |",
    "      10.1.0.12/32|printers     |",
  ]);
  t.is(await output("rwpmapcat", ["--output-types=type,mapname", "--no-titles", "nets.pmap"]), "nets\nIPv4-address\n");
  t.is(
    await output("rwpmapcat", ["--map-file=nets.pmap", "--output-types=labels", "--no-titles"]),
    "elsewhere\ninside\nBranch Office\nprinters\n",
  );
  t.is(
    await output("rwpmapcat", ["--ignore-label=other", ...PLAIN], {
      stdin: readFileSync(join(tools.path, "ports.pmap")),
    }),
    "6/0,6/79,TCP\n6/80,6/81,web\n6/82,6/65535,TCP\n17/53,17/53,dns\n",
  );
});

test("country codes and address types come from the environment or the switch", async (t) => {
  const env = { SILK_COUNTRY_CODES: "cc.pmap", SILK_ADDRESS_TYPES: "types.pmap" };
  const countries = "10.0.0.0/16,us\n10.1.0.0/16,de\n";
  const given = await output("rwpmapcat", ["--country-codes=cc.pmap", "--ignore-label=--", ...PLAIN]);
  t.true(given.startsWith(countries), given);
  t.is(await output("rwpmapcat", ["--country-codes", "--ignore-label=--", ...PLAIN], { env }), given);
  t.is(
    await output("rwpmapcat", ["--address-types", "--ignore=external", ...PLAIN], { env }),
    "10.0.0.0/8,internal\n127.0.0.0/8,non-routable\n",
  );
  t.is(
    await output("rwpmaplookup", ["--country-codes", "--no-files", ...PLAIN, "10.1.2.3", "::1"], { env }),
    "10.1.2.3,de\n::1,--\n",
  );
  const { status, stderr } = await tools.run("rwpmapcat", ["--address-types"], {
    env: { SILK_ADDRESS_TYPES: "", SILK_PATH: "" },
  });
  t.is(status, 1);
  t.regex(stderr, /^rwpmapcat: Cannot find the map of --address-types: .*SILK_ADDRESS_TYPES\n/);
});

test("rwpmapcat writes tables for other programs", async (t) => {
  t.is(
    await output("rwpmapcat", ["--output-format=csv", "--ignore-label=elsewhere", "nets.pmap"]),
    `start_ip,end_ip,value
10.0.0.0,10.0.255.255,inside
10.1.0.0,10.1.0.8,Branch Office
10.1.0.9,10.1.0.12,printers
10.1.0.13,10.1.255.255,Branch Office
10.2.0.0,10.255.255.255,inside
`,
  );
  t.is(
    await output("rwpmapcat", ["--output-format=json", "--ignore-label=other", "ports.pmap"]).then(
      (text) => linesOf(text)[1],
    ),
    '{"start_protocol":6,"start_port":80,"end_protocol":6,"end_port":81,"value":"web"}',
  );
  await output("rwpmapcat", ["--output-format=parquet", "--output-path=cc.parquet", "--country-codes=cc.pmap"]);
  const rows = await parquetTable(join(tools.path, "cc.parquet"));
  t.deepEqual(rows.slice(0, 2), [
    { start_ip: "0.0.0.0", end_ip: "9.255.255.255", value: "--" },
    { start_ip: "10.0.0.0", end_ip: "10.0.255.255", value: "us" },
  ]);
});

test("what rwpmapcat prints builds the same map again", async (t) => {
  const ranges = ["--no-cidr-blocks", "--no-titles", "--no-columns", "--no-final-delimiter", "--column-separator= "];
  for (const [name, mode] of [
    ["nets", "ipv4"],
    ["ports", "proto-port"],
  ] as const) {
    const text = await output("rwpmapcat", [...ranges, `${name}.pmap`]);
    await output("rwpmapbuild", [`--mode=${mode}`, `--output-path=${name}-again.pmap`], { stdin: text });
    t.is(await output("rwpmapcat", [`${name}-again.pmap`]), await output("rwpmapcat", [`${name}.pmap`]));
  }
});

test("rwpmaplookup takes keys from files, arguments and sets", async (t) => {
  const keys = "10.1.0.10  # a printer\n\n 167772161\nnonsense\n2001:db8::1\n";
  const looked = await tools.run("rwpmaplookup", ["--map-file=nets.pmap"], { stdin: keys });
  t.is(
    looked.stdout,
    `            key|        value|
      10.1.0.10|     printers|
       10.0.0.1|       inside|
    2001:db8::1|      UNKNOWN|
`,
  );
  t.is(looked.stderr, "rwpmaplookup: Error parsing key on line 4 of stdin: 'nonsense' is not an IP address\n");
  t.is(looked.status, 0);
  t.is(
    await output(
      "rwpmaplookup",
      ["--map-file=nets.pmap", "--no-errors", "--fields=input,value,block,start,end", ...PLAIN, "-"],
      {
        stdin: "167772161\nx\n",
      },
    ),
    "167772161,inside,10.0.0.0/16,10.0.0.0,10.0.255.255\n",
  );
  t.is(
    await output("rwpmaplookup", [
      "--map-file=ports.pmap",
      "--no-files",
      "--fields=key,block,value",
      ...PLAIN,
      "6/81",
      "1/0",
    ]),
    "6/81,6/80 6/81,web\n1/0,0/0 3/65535,other\n",
  );
  await output("rwsetbuild", ["-", "some.set"], { stdin: "10.1.0.11-13\n9.9.9.9\n" });
  t.is(
    await output("rwpmaplookup", ["--map-file=nets.pmap", "--ipset-files", ...PLAIN, "some.set"]),
    "9.9.9.9,elsewhere\n10.1.0.11,printers\n10.1.0.12,printers\n10.1.0.13,Branch Office\n",
  );
});

test("rwpmapbuild reports lines, writes nothing with errors, and keeps history and notes", async (t) => {
  const text = "10.0.0.0/8 ok\n10.0.0.0/99 bad\n";
  const broken = await tools.run("rwpmapbuild", ["--output-path=broken.pmap"], { stdin: text });
  t.is(broken.status, 1);
  t.is(broken.stderr, "rwpmapbuild: Error on line 2 of stdin: Invalid CIDR prefix: Value is above maximum of 32\n");
  t.throws(() => readFileSync(join(tools.path, "broken.pmap")));
  const ignored = await tools.run("rwpmapbuild", ["--output-path=ok.pmap", "--ignore-errors", "--note-add=mine"], {
    stdin: text,
  });
  t.is(ignored.status, 0);
  const described = await output("rwfileinfo", ["ok.pmap"]);
  t.regex(described, /FT_PREFIXMAP.*rwpmapbuild --output-path=ok\.pmap --ignore-errors.*mine/s);
  await output("rwpmapbuild", ["--input-path=nets.txt", "--output-path=dry.pmap", "--dry-run"]);
  t.throws(() => readFileSync(join(tools.path, "dry.pmap")));
  await output("rwpmapbuild", ["--input-path=nets.txt", "--output-path=strip.pmap", "--invocation-strip"]);
  t.notRegex(await output("rwfileinfo", ["strip.pmap"]), /rwpmapbuild/);
});

test("labels are fields to print, sort and group by", async (t) => {
  const maps = ["--pmap-file=nets.pmap", "--pmap-file=srv:ports.pmap"];
  t.is(
    await output("rwcut", [...maps, "--fields=src-nets,dst-nets,src-srv,dst-srv", "flows.rw"]),
    `     src-nets|     dst-nets|src-s|dst-s|
     printers|    elsewhere|  TCP|  web|
Branch Office|       inside|other|  dns|
    elsewhere|       inside|  TCP|  web|
       inside|      UNKNOWN|other|other|
    elsewhere|Branch Office|  TCP|  TCP|
`,
  );
  t.is(
    await output("rwcut", [
      "--pmap-file=ports.pmap",
      "--fields=sval,dval",
      "--pmap-column-width=2",
      "--num-recs=2",
      "flows.rw",
    ]),
    "sv|dv|\nTC|we|\not|dn|\n",
  );
  t.is(
    await output("rwuniq", [...maps, "--fields=src-nets", "--values=records,distinct:dst-srv", ...PLAIN, "flows.rw"]),
    "elsewhere,2,2\ninside,1,1\nBranch Office,1,1\nprinters,1,1\n",
  );
  await output("rwsort", [...maps, "--fields=dst-srv,bytes", "--output-path=sorted.rw", "flows.rw"]);
  // By the values of labels, in the order in which the text names them: other, TCP, web, dns.
  t.is(await output("rwcut", ["--fields=sport", ...PLAIN, "sorted.rw"]), "4\n5\n3\n1\n2\n");
  t.deepEqual(
    csvTable(await output("rwcut", [...maps, "--fields=dst-nets", "--output-format=csv", "flows.rw"])).map(
      (row) => row.dst_nets,
    ),
    ["elsewhere", "inside", "inside", "UNKNOWN", "Branch Office"],
  );
  await output("rwuniq", [
    ...maps,
    "--fields=dst-srv",
    "--output-format=parquet",
    "--output-path=u.parquet",
    "flows.rw",
  ]);
  t.deepEqual(await parquetTable(join(tools.path, "u.parquet")), [
    { dst_srv: "other", records: "1" },
    { dst_srv: "TCP", records: "1" },
    { dst_srv: "web", records: "2" },
    { dst_srv: "dns", records: "1" },
  ]);
});

const ports = async (command: string, args: readonly string[], env = {}) =>
  (await output(command, [...args, "--fields=sport", ...PLAIN, "flows.rw"], { env })).trim().split("\n").join(" ");

test("labels pick flows in rwfilter and in every other command", async (t) => {
  for (const [args, expected] of [
    [["--pmap-file=nets.pmap", "--pmap-src-nets=inside,branch office"], "2 4"],
    [["--pmap-file=nets.pmap", "--pmap-any-nets=Branch Office,printers"], "1 2 5"],
    [["--pmap-file=nets.pmap", "--pmap-dst-nets=UNKNOWN"], "4"],
    [["--pmap-file", "srv:ports.pmap", "--pmap-dst-srv=web,dns"], "1 2 3"],
    [["--pmap-file=ports.pmap", "--pmap-dport-proto=web"], "1 3"],
    [["--pmap-file=ports.pmap", "--pmap-any-port-proto=dns"], "2"],
    [["--pmap-file=nets.pmap", "--pmap-file=s:ports.pmap", "--pmap-src-n=inside", "--pmap-dst-s=other"], "4"],
    [["--filter", "--pmap-file=nets.pmap --pmap-src-nets=printers"], "1"],
  ] as const) {
    t.is(await ports("rwcut", args), expected, args.join(" "));
    if (args[0] === "--filter") continue;
    await output("rwfilter", [...args, "--pass=passed.rw", "flows.rw"], { env: { SILK_CLOBBER: "1" } });
    t.is((await output("rwcut", ["--fields=sport", ...PLAIN, "passed.rw"])).trim().split("\n").join(" "), expected);
  }
  t.is(await output("rwset", ["--pmap-file=nets.pmap", "--pmap-src-nets=printers", "--sip=p.set", "flows.rw"]), "");
  t.is(await output("rwsetcat", ["p.set"]), "10.1.0.10\n");
});

test("maps that cannot be used say why", async (t) => {
  tools.write("garbage", "no map");
  tools.write("cut.pmap", readFileSync(join(tools.path, "nets.pmap")).subarray(0, 200));
  for (const [args, reason] of [
    [["--pmap-file=nets.pmap", "--pmap-src-nets=nowhere"], /The label 'nowhere' is not in the map/],
    [["--pmap-file=nets.pmap", "--pmap-src-other=inside"], /unrecognized option '--pmap-src-other=inside'/],
    [["--pmap-file=nets.pmap", "--pmap-file=ports.pmap"], /Only one prefix map may be used when it has no name/],
    [["--pmap-file=nets.pmap", "--pmap-file=NETS:ports.pmap"], /Several prefix maps have the name 'nets'/],
    [["--pmap-file=x:missing.pmap"], /'missing.pmap': No such file/],
    [["--pmap-file=x:garbage"], /garbage: not a SiLK file/],
    [["--pmap-file=x:flows.rw"], /flows.rw: not a prefix map/],
    [["--pmap-file=x:cut.pmap", "--pmap-src-x=inside"], /cut.pmap: prefix map ends within its nodes/],
    [["--pmap-file=cc:cc.pmap"], /a map of country codes: use --country-codes/],
  ] as const) {
    const { status, stderr, stdout } = await tools.run("rwcut", [...args, "--fields=1", "flows.rw"]);
    t.deepEqual([status, stdout], [1, ""], args.join(" "));
    t.regex(stderr, reason, args.join(" "));
  }
});

test("address types are fields and conditions", async (t) => {
  const env = { SILK_ADDRESS_TYPES: "types.pmap" };
  t.is(
    await output("rwcut", ["--fields=stype,17", "flows.rw"], { env }),
    "sTy|dTy|\n  1|  2|\n  1|  1|\n  2|  1|\n  1|  2|\n  0|  1|\n",
  );
  for (const [args, expected] of [
    [["--stype=0"], "5"],
    [["--stype=1"], "1 2 4"],
    [["--dtype=2"], "1 4"],
    [["--stype=3"], "3 5"],
    [["--stype=1", "--dtype=1"], "2"],
  ] as const)
    t.is(await ports("rwcut", args, env), expected, args.join(" "));
  const { stderr } = await tools.run("rwfilter", ["--stype=4", "--pass=stdout", "flows.rw"], { env });
  t.regex(stderr, /Invalid stype: Value is above maximum of 3/);
  const missing = await tools.run("rwcut", ["--fields=stype", "flows.rw"], {
    env: { SILK_ADDRESS_TYPES: "", SILK_PATH: "" },
  });
  t.regex(missing.stderr, /The field sType needs a map of address types/);
});
