import test from "ava";
import { amount } from "../../src/top/amount.js";
import { frame, plainFrame, type Scene, SMALLEST } from "../../src/top/frame.js";
import { HeadlineReader } from "../../src/top/headline.js";
import { type Line, MARKS, plainText, widthOf } from "../../src/top/line.js";
import { FIRST_STATE, SORTS, VIEW_NAMES, type ViewState } from "../../src/top/state.js";
import { Traffic } from "../../src/top/traffic.js";
import { batchOf, type Flow, ipv4 } from "../support/batches.js";
import { interfaceStats, meterStats } from "../support/meter_stats.js";

const SYN = 0x02;
const WIDE = { columns: 140, rows: 40 };

/** Host number `k` sends 1000 * k octets to one server and gets half of that back; one host is IPv6. */
function flowsOf(hosts: number): Flow[] {
  return Array.from({ length: hosts }, (_, at) => {
    const k = at + 1;
    const six = k === 3;
    return {
      sourceAddress: six ? [0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0xab), 3] : ipv4(10, 0, k >> 8, k & 255),
      destinationAddress: six ? [0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1] : ipv4(192, 0, 2, 1),
      ipVersion: six ? 6 : 4,
      protocolIdentifier: 6,
      initialTcpFlags: SYN,
      sourceTransportPort: 40_000 + k,
      destinationTransportPort: k % 2 === 0 ? 443 : 22,
      vlanId: k % 2 === 0 ? 7 : 0,
      packets: 1000 - k,
      octets: 1000 * k,
      reversePackets: 1,
      reverseOctets: 500 * k,
    };
  });
}

function sceneOf(flows: readonly Flow[], more: Partial<Scene> = {}): Scene {
  const traffic = new Traffic(256);
  for (let at = 0; at < flows.length; at += 100) traffic.write(batchOf(flows.slice(at, at + 100)));
  traffic.tick(1);
  const reader = new HeadlineReader();
  const live = [interfaceStats()];
  reader.read(0, meterStats({ live }), 0);
  return {
    subject: { name: "eth1", notes: ["sampled 1/10", "tcp port 443"], maxFlows: 1_000_000 },
    headline: reader.read(1000, meterStats({ live, packets: 12_345, octets: 1e6, table: { live: 77, peak: 99 } }), 5),
    traffic,
    condition: { paused: false, ended: false },
    naming: { marks: MARKS.unicode, interfaceName: () => "eth1\x1b[31m" },
    notice: "",
    ...more,
  };
}

const text = (lines: readonly Line[]) => lines.map(plainText);
const draw = (scene: Scene, state: Partial<ViewState> = {}, size = WIDE) =>
  text(frame(scene, { ...FIRST_STATE, ...state }, size, 0).lines);
/** The rows of a frame: what stands between the columns' titles and the footer. */
function rowsOf(lines: readonly string[], title: RegExp): string[] {
  const from = lines.findIndex((line) => title.test(line));
  return lines.slice(from + 1, -1).filter((line) => line !== "");
}

test("no frame is wider or higher than its terminal, whatever the size, view and state", (t) => {
  const scenes = [sceneOf([]), sceneOf(flowsOf(40)), sceneOf(flowsOf(2000), { notice: "x".repeat(300) })];
  const states: Partial<ViewState>[] = [
    {},
    { help: true },
    { paused: true } as const,
    { filter: "1".repeat(60), typing: true },
    { filter: "10.0", message: "y".repeat(200) },
    ...SORTS.map((sort) => ({ sort, show: "totals", side: "source" }) as const),
  ];
  for (const scene of scenes)
    for (const view of VIEW_NAMES)
      for (const state of states)
        for (const columns of [1, 20, 39, 40, 41, 57, 59, 60, 77, 78, 80, 100, 133, 300])
          for (const rows of [1, 5, 8, 9, 15, 16, 17, 24, 60]) {
            const { lines } = frame(scene, { ...FIRST_STATE, view, ...state }, { columns, rows }, 0);
            t.true(lines.length <= rows, `${columns}x${rows} has ${lines.length} lines`);
            for (const line of lines) t.true(widthOf(line) <= columns, `${columns}x${rows}: ${plainText(line)}`);
            if (columns >= SMALLEST.columns && rows >= SMALLEST.rows && state.help === undefined)
              t.is(lines.length, rows);
          }
});

test("the smallest terminal shows rates, losses, titles and rows; a smaller one what it lacks", (t) => {
  const lines = draw(sceneOf(flowsOf(40)), {}, SMALLEST);
  t.regex(lines[0]!, /eth1/);
  t.regex(lines[1]!, /^12\.3 kp\/s {2}8\.00 Mb\/s {2}5 flows\/s$/);
  t.regex(lines[2]!, /dropped by kernel 0/);
  t.regex(lines[4]!, /^host +10 s/);
  t.regex(lines[5]!, /^192\.0\.2\.1 /);
  t.regex(lines[6]!, /^10\.0\.0\.40 /);
  t.deepEqual(draw(sceneOf([]), {}, { columns: 39, rows: 20 }), ["too small: 40 x 8 at least"]);
});

test("hosts are ranked by what they sent and received, with both in their columns", (t) => {
  const lines = draw(sceneOf(flowsOf(40)), { show: "totals" });
  const rows = rowsOf(lines, /^host +bytes +sent +received/);
  const server = flowsOf(40).filter(({ ipVersion }) => ipVersion === 4);
  const sent = server.reduce((sum, { reverseOctets }) => sum + Number(reverseOctets), 0);
  const received = server.reduce((sum, { octets }) => sum + Number(octets), 0);
  t.deepEqual(rows[0]!.split(/ {2,}/).slice(0, 4), [
    "192.0.2.1",
    amount(sent + received),
    amount(sent),
    amount(received),
  ]);
  t.regex(rows[1]!, /^10\.0\.0\.40 +60\.0 k +40\.0 k +20\.0 k/);
  t.regex(rows[2]!, /^10\.0\.0\.39 +58\.5 k/);
});

test("every sort, side and order ranks by what it says", (t) => {
  const scene = sceneOf(flowsOf(40));
  const first = (state: Partial<ViewState>) => rowsOf(draw(scene, state), /^host /)[0]!.split(" ")[0];
  t.is(first({ sort: "bits", side: "source" }), "192.0.2.1");
  t.is(first({ sort: "packets", side: "source" }), "10.0.0.1");
  t.is(first({ sort: "packets", side: "destination" }), "192.0.2.1");
  t.is(first({ sort: "flows", side: "destination" }), "192.0.2.1");
  t.is(first({ order: "smallest" }), "10.0.0.1");
  t.is(first({ order: "smallest", filter: "10.0.0.3" }), "10.0.0.30");
});

test("services, protocols and links are named, and add up", (t) => {
  const scene = sceneOf(flowsOf(40));
  const total = 1500 * ((40 * 41) / 2);
  const ports = rowsOf(draw(scene, { view: "ports", show: "totals" }), /^service /);
  t.regex(ports[0]!, new RegExp(`^443/tcp +${amount(1500 * 420)} `));
  t.regex(ports[1]!, new RegExp(`^22/tcp +${amount(1500 * 400)} `));
  t.is(ports.length, 2);
  const [tcp] = rowsOf(draw(scene, { view: "protocols", show: "totals" }), /^protocol /);
  t.regex(tcp!, new RegExp(`^tcp +${amount(total)} .* 40 +100 % █+$`));
  const links = rowsOf(draw(scene, { view: "links" }), /^interface/);
  t.regex(links[0]!, /^eth1\?\[31m vlan 7 /);
  t.regex(links[1]!, /^eth1\?\[31m {2,}/);
});

test("conversations name client, server and service, cut with a mark where there is no room", (t) => {
  const scene = sceneOf(flowsOf(4));
  const rows = rowsOf(draw(scene, { view: "conversations" }), /^client, server, service/);
  t.regex(rows[0]!, /^10\.0\.0\.4 → 192\.0\.2\.1 443\/tcp {2,}/);
  t.regex(rows[1]!, /^2001:db8:abab:abab:abab:abab:abab:ab03 → 2001:db8::1 22\/tcp /);
  const narrow = rowsOf(draw(scene, { view: "conversations" }, { columns: 50, rows: 20 }), /^client, server/);
  t.regex(narrow[1]!, /^2001:db8:abab:abab:.*….*1 22\/tcp +\d/);
});

test("scrolling shows the rows below, and the place among them", (t) => {
  const scene = sceneOf(flowsOf(40));
  const lines = draw(scene, { offset: 5 }, { columns: 100, rows: 20 });
  const rows = rowsOf(lines, /^host /);
  t.regex(rows[0]!, /^10\.0\.0\.36 /);
  t.true(lines.at(-1)!.startsWith(`6 to ${5 + rows.length} of 42`));
  const { extent } = frame(scene, FIRST_STATE, { columns: 100, rows: 20 }, 0);
  t.deepEqual(extent, { page: rows.length, rows: 42 });
});

test("what had to make room stands below the rows, and all together is what was carried", (t) => {
  const lines = draw(sceneOf(flowsOf(2000)), { show: "totals", view: "conversations" });
  t.regex(lines.at(-2)!, /^others, 1\.\d+ k +[1-9]/);
});

test("columns do not jump back when a long name has gone", (t) => {
  const scene = sceneOf(flowsOf(4));
  const { nameWidth } = frame(scene, FIRST_STATE, WIDE, 0);
  t.is(nameWidth, "2001:db8:abab:abab:abab:abab:abab:ab03".length);
  t.is(frame(scene, { ...FIRST_STATE, filter: "192." }, WIDE, nameWidth).nameWidth, nameWidth);
});

test("a loss that grows, an interface that is down, a pause and a notice stand out", (t) => {
  const reader = new HeadlineReader();
  reader.read(0, meterStats({ live: [interfaceStats()] }), 0);
  const live = [interfaceStats({ droppedByKernel: 4000, state: "down" })];
  const headline = reader.read(1000, meterStats({ live }), 0);
  const scene = sceneOf([], { headline, condition: { paused: true, ended: false }, notice: "eth1: gone" });
  for (const size of [SMALLEST, { columns: 80, rows: 24 }, WIDE]) {
    const { lines } = frame(scene, FIRST_STATE, size, 0);
    const alarms = lines.flatMap((line) => line.filter(({ look }) => look === "alarm").map((each) => each.text.trim()));
    t.true(
      alarms.some((each) => /^by kernel 4\.00 k \(\+4\.00 k\/s\)/.test(each)),
      alarms.join(),
    );
    t.true(alarms.includes("eth1: gone"));
  }
  const [title] = draw(scene);
  t.regex(title!, /eth1 is down .* paused$/);
});

test("help fits the smallest width", (t) => {
  const lines = draw(sceneOf([]), { help: true }, { columns: SMALLEST.columns, rows: 30 });
  t.true(lines.some((line) => /quit/.test(line)));
  for (const line of lines) t.true(line.length <= SMALLEST.columns);
});

test("as text a frame has the rows asked for and no keys", (t) => {
  const lines = text(plainFrame(sceneOf(flowsOf(40)), FIRST_STATE, 120, 3));
  t.is(rowsOf([...lines, ""], /^host /).length, 3);
  t.true(lines.includes("hosts, by bits/s"));
  t.false(lines.some((line) => /q quit/.test(line)));
});

test("without UTF-8 a frame is ASCII", (t) => {
  const scene = sceneOf(flowsOf(4));
  const ascii = { ...scene, naming: { ...scene.naming, marks: MARKS.ascii } };
  for (const view of VIEW_NAMES) t.regex(draw(ascii, { view }).join(""), /^[\x20-\x7e]*$/);
  t.true(draw(ascii, { view: "ports" }).some((line) => /^443\/tcp .* % #+$/.test(line)));
});
