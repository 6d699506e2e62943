/** How the analysis commands choose and lay out what they print. */
import test from "ava";
import { testWithFixtures } from "../support/fixtures.js";
import { linesOf } from "../support/program.js";
import { SilkCommands } from "../support/silk_commands.js";

const real = testWithFixtures(test);
const commands = new SilkCommands();
test.after.always(() => commands.remove());

const output = (line: string, env = {}) => commands.output(line, { env });

/** The lines of a command that prints single columns, without blanks. */
const cells = async (line: string, env = {}) => linesOf(await output(line, env)).map((each) => each.trim());

real("rwcut's limits choose flows as SiLK counts them", async (t) => {
  const all = linesOf(await output("rwcut --fields=1-5 --no-titles v4.rw"));
  const cases: Readonly<Record<string, readonly [first: number, end: number]>> = {
    "--num-recs=3": [0, 3],
    "--num-recs=0": [0, 4000],
    "--start-rec-num=3998": [3997, 4000],
    "--start-rec-num=5 --num-recs=2": [4, 6],
    "--start-rec-num=5000": [0, 0],
    "--end-rec-num=4": [0, 4],
    "--end-rec-num=0 --num-recs=2": [0, 2],
    "--end-rec-num=5000": [0, 4000],
    "--start-rec-num=3 --end-rec-num=9": [2, 9],
    "--start-rec-num=3 --end-rec-num=9 --num-recs=2": [2, 9],
    "--end-rec-num=9 --num-recs=2": [7, 9],
    "--end-rec-num=2 --num-recs=9": [0, 2],
    "--tail-recs=3": [3997, 4000],
    "--tail-recs=5000": [0, 4000],
    "--tail-recs=5 --num-recs=2": [3995, 3997],
    "--tail-recs=2 --num-recs=5": [3998, 4000],
  };
  for (const [switches, [first, end]] of Object.entries(cases))
    t.deepEqual(
      linesOf(await output(`rwcut --fields=1-5 --no-titles ${switches} v4.rw`)),
      all.slice(first, end),
      switches,
    );
});

real("fields have names in any case, numbers, ranges, short names and groups", async (t) => {
  const cut = (fields: string) => output(`rwcut --num-recs=50 --fields=${fields} v4.rw`);
  const same: readonly (readonly [string, string])[] = [
    ["SIP,DIP,SPORT,DPORT,PROTO,PKTS", "1-6"],
    ["sIP,dIP", "1,2"],
    ["dur,proto,pkts", "duration,protocol,packets"],
    ["icmpTypeCode", "iType,iCode"],
    ["icmp", "itype,icode"],
    ["25", "itype,icode"],
    ["init,sess,attr,app", "26-29"],
    ["class,type", "20,21"],
    ["nh", "15"],
  ];
  for (const [given, meant] of same) t.is(await cut(given), await cut(meant), given);
  t.is(
    await output("rwcut --num-recs=2 v4.rw"),
    await cut("1-12").then((text) => `${linesOf(text).slice(0, 3).join("\n")}\n`),
  );
  t.is(
    await output("rwcut --num-recs=9 --fields=1 --icmp-type-and-code v4.rw"),
    await output("rwcut --num-recs=9 --fields=1,itype,icode v4.rw"),
  );
});

real("columns, titles and separators", async (t) => {
  const cut = (switches: string) => output(`rwcut --fields=sport,proto,flags,dur --num-recs=1 ${switches} v4.rw`);
  t.is(await cut(""), "sPort|pro|   flags| duration|\n  123| 17|        |    0.000|\n");
  t.is(await cut("--no-titles"), "  123| 17|        |    0.000|\n");
  t.is(await cut("--no-columns"), "sPort|protocol|flags|duration|\n123|17||0.000|\n");
  t.is(await cut("--column-separator=:"), "sPort:pro:   flags: duration:\n  123: 17:        :    0.000:\n");
  t.is(await cut("--no-final-delimiter"), "sPort|pro|   flags| duration\n  123| 17|        |    0.000\n");
  t.is(await cut("--delimited"), "sPort|protocol|flags|duration\n123|17||0.000\n");
  t.is(await cut("--delimited=,"), "sPort,protocol,flags,duration\n123,17,,0.000\n");
  t.is(await cut("--delimited=,,"), await cut("--delimited=,"), "the first character counts");
  t.is(await cut("--delimited --column-separator=:"), "sPort:protocol:flags:duration\n123:17::0.000\n");
  t.is(await cut("--dry-run"), "sPort|pro|   flags| duration|\n");
});

real("times print in the format of the switch or the environment", async (t) => {
  const cut = (format: string, env = {}) => output(`rwcut --fields=stime,dur,etime --num-recs=1 ${format} v4.rw`, env);
  const full = "2009/02/12T00:00:42.169|    0.000|2009/02/12T00:00:42.169|\n";
  const titles = "                  sTime| duration|                  eTime|\n";
  t.is(await cut(""), titles + full);
  t.is(await cut("--timestamp-format=default,utc"), titles + full);
  t.is(await cut("--timestamp-format=iso"), `${titles}2009-02-12 00:00:42.169|    0.000|2009-02-12 00:00:42.169|\n`);
  t.is(await cut("--timestamp-format=m/d/y"), `${titles}02/12/2009 00:00:42.169|    0.000|02/12/2009 00:00:42.169|\n`);
  const epoch = "         sTime| duration|         eTime|\n1234396842.169|    0.000|1234396842.169|\n";
  t.is(await cut("--timestamp-format=epoch"), epoch);
  t.is(await cut("--epoch-time"), epoch);
  t.is(await cut("", { SILK_TIMESTAMP_FORMAT: "epoch" }), epoch);
  t.is(await cut("", { SILK_TIMESTAMP_FORMAT: "nonsense" }), titles + full);
  t.is(
    await cut("--timestamp-format=no-msec"),
    "              sTime|durat|              eTime|\n2009/02/12T00:00:42|    0|2009/02/12T00:00:42|\n",
  );
  const old = "              sTime|durat|              eTime|\n02/12/2009 00:00:42|    0|02/12/2009 00:00:42|\n";
  t.is(await cut("--legacy-timestamps"), old);
  t.is(await cut("--legacy-timestamps=1"), old);
  t.is(await cut("--legacy-timestamps=0"), titles + full);
  t.is(
    await cut("--timestamp-format=local", { TZ: "America/New_York" }),
    `${titles}2009/02/11T19:00:42.169|    0.000|2009/02/11T19:00:42.169|\n`,
  );
});

real("addresses print in the format and with the width of switch or environment", async (t) => {
  const cut = (switches: string, env = {}, file = "v4.rw") =>
    output(`rwcut --fields=sip --num-recs=1 --no-titles ${switches} ${file}`, env);
  t.is(await cut(""), `${"172.16.3.53".padStart(39)}|\n`);
  t.is(await cut("--integer-ips"), `${"2886730549".padStart(39)}|\n`);
  t.is(await cut("--ip-format=decimal"), await cut("", { SILK_IP_FORMAT: "decimal" }));
  t.is(await cut("--zero-pad-ips"), await cut("--ip-format=zero-padded"));
  t.is(await cut("--ipv6-policy=ignore"), `${"172.16.3.53".padStart(15)}|\n`);
  t.is(await cut("", { SILK_IPV6_POLICY: "asv4" }), `${"172.16.3.53".padStart(15)}|\n`);
  t.is(await cut("--ipv6-policy=force"), `${"::ffff:172.16.3.53".padStart(39)}|\n`);
  t.is(await cut("--ipv6-policy=only"), "");
  t.is(await cut("--ipv6-policy=ignore", {}, "v6.rw"), "");
  t.is(await cut("--ipv6-policy=only", {}, "v6.rw"), await cut("", { SILK_IPV6_POLICY: "nonsense" }, "v6.rw"));
});

real("IPv6 policies leave flows out of bins, rankings and sets, too", async (t) => {
  for (const [line, printed] of [
    ["rwuniq --fields=proto --no-titles --ipv6-policy=ignore v6.rw", []],
    ["rwuniq --fields=proto --no-titles --ipv6-policy=only v4.rw", []],
    ["rwstats --fields=proto --count=1 --no-titles --ipv6-policy=ignore v6.rw", []],
    ["rwset --ipv6-policy=ignore --sip-file=stdout v6.rw | rwsetcat --count-ips", ["0"]],
    ["rwset --ipv6-policy=only --sip-file=stdout v6.rw | rwsetcat --count-ips", ["3237"]],
  ] as const)
    t.deepEqual(await cells(line), printed, line);
});

real("sensors and flags print as numbers on demand", async (t) => {
  t.is(
    await output(
      "rwcut --fields=sensor,flags --start-rec-num=3 --num-recs=1 --integer-sensors --integer-tcp-flags v4.rw",
    ),
    "senso|fla|\n    5| 27|\n",
  );
  t.is(
    await output("rwuniq --fields=sensor --sort --integer-sensors --no-titles v4.rw | head -1"),
    "    0|       411|\n",
  );
});

real("flows of other protocols have no ICMP type in records, and type 0 in bins", async (t) => {
  t.is(await output("rwcut --fields=proto,itype,icode --num-recs=2 --no-titles v4.rw"), " 17|   |   |\n  1|  0|  0|\n");
  const bins = await output("rwfilter --proto=17 --pass=stdout v4.rw | rwuniq --fields=itype,icode --no-titles");
  t.is(bins, "  0|  0|      1225|\n");
});

real("banners count in singular and plural", async (t) => {
  const first = (line: string) => output(`${line} | head -2`);
  t.is(
    await first("rwfilter --saddress=172.24.1.123 --max-pass=1 --pass=stdout v4.rw | rwstats --fields=sip --count=1"),
    "INPUT: 1 Record for 1 Bin and 1 Total Records\nOUTPUT: Top 1 Bins by Records\n",
  );
  t.is(
    await first("rwstats --fields=sip --threshold=99999 v4.rw"),
    "INPUT: 4000 Records for 3237 Bins and 4000 Total Records\nOUTPUT: No bins above threshold of 99999 Records\n",
  );
  t.is(
    await first("rwstats --fields=proto --threshold=200 --bottom v4.rw"),
    "INPUT: 4000 Records for 3 Bins and 4000 Total Records\nOUTPUT: Bottom 1 bins by Records (threshold 200)\n",
  );
});

real("an input without flows prints titles, or an empty file that other commands read", async (t) => {
  const none = "rwfilter --proto=99 --pass=stdout v4.rw";
  t.is(await output(`${none} | rwcut --fields=sport,dport`), "sPort|dPort|\n");
  t.is(await output(`${none} | rwsort --fields=1 | rwuniq --fields=sport`), "sPort|   Records|\n");
  t.is(await output(`${none} | rwcount --no-columns`), "Date|Records|Bytes|Packets|\n");
  t.is(
    await output(`${none} | rwstats --fields=sport --count=2`),
    "INPUT: 0 Records for 0 Bins\nOUTPUT: Top 2 Bins by Records\nsPort|   Records|  %Records|   cumul_%|\n",
  );
  t.is(await output(`${none} | rwset --any-file=stdout | rwsetcat --count-ips`), "0\n");
  t.is(
    await output(`${none} | rwfilter --proto=6 --print-stat=stdout -`),
    "Files     1.  Read          0.  Pass          0. Fail           0.\n",
  );
});

real("--help-fields and --legacy-help list names and read nothing", async (t) => {
  for (const tool of ["rwcut", "rwsort", "rwuniq", "rwstats"])
    t.regex(await output(`${tool} --help-fields`), /sIP[\s\S]*iCode/, tool);
  t.regex(await output("rwstats --legacy-help"), /--sip[\s\S]*--icmp/);
});

real("the SQL of a question is printed instead of its answer", async (t) => {
  const text = await output("rwstats --fields=sip --count=3 --sql v4.rw");
  t.regex(text, /^WITH flows AS \(SELECT [\s\S]*LIMIT 3[\s\S]*;\n$/);
});

real("a command's own switches win over rwfilter's of the same name, which --filter reaches", async (t) => {
  t.is(
    await output("rwuniq --fields=proto --sort --bytes=1000000- --no-titles --delimited v4.rw"),
    "6|929567593\n",
    "--bytes is a value with a threshold",
  );
  t.is(
    await output("rwuniq --fields=proto --sort --filter='--bytes=1000000- --dport=22' --no-titles --delimited v4.rw"),
    await output(
      "rwfilter --bytes=1000000- --dport=22 --pass=stdout v4.rw | rwuniq --fields=proto --sort --no-titles --delimited",
    ),
  );
  t.is(
    await output("rwuniq --fields=proto --sort --no-titles --dport=53 --type=in v4.rw"),
    await output("rwfilter --dport=53 --type=in --pass=stdout v4.rw | rwuniq --fields=proto --sort --no-titles"),
  );
});
