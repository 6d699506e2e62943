import test from "ava";
import fc from "fast-check";
import { InputError, UsageError } from "../../src/errors.js";
import { AcceptList } from "../../src/receive/accept_list.js";
import { Gate } from "../../src/receive/gate.js";
import { EVERY_PROTOCOL, type ExportProtocol, protocolOf } from "../../src/receive/protocols.js";

/** The first octets of a message of each protocol, and of none. */
const BEGINNINGS: Readonly<Record<ExportProtocol | "none", readonly number[]>> = {
  netflow5: [0, 5, 0, 1],
  netflow7: [0, 7, 0, 1],
  netflow9: [0, 9, 0, 1],
  ipfix: [0, 10, 0, 16],
  nfdump: [0, 240, 0, 16],
  sflow: [0, 0, 0, 5],
  none: [0, 0, 0, 4],
};

function message(address: string, protocol: keyof typeof BEGINNINGS) {
  const octets = new DataView(Uint8Array.from(BEGINNINGS[protocol]).buffer);
  return { peer: { transport: "udp", address, port: 1 }, received: 0, octets } as const;
}

test("an accept list takes addresses and blocks of both families, an empty one everybody", async (t) => {
  const list = await AcceptList.of(["192.0.2.0/24", "198.51.100.7", "2001:db8::/32", "::1"], "--accept-from");
  for (const address of ["192.0.2.255", "198.51.100.7", "2001:db8:ffff::1", "::1"])
    t.true(list.accepts(address), address);
  for (const address of ["192.0.3.0", "198.51.100.8", "2001:db9::", "::2"]) t.false(list.accepts(address), address);
  t.true((await AcceptList.of([], "--accept-from")).accepts("203.0.113.1"));
});

test("names in an accept list are looked up when it is made", async (t) => {
  t.true((await AcceptList.of(["localhost"], "--accept-from")).accepts("127.0.0.1"));
  const error = await t.throwsAsync(AcceptList.of(["nobody.invalid"], "--accept-from"), { instanceOf: InputError });
  t.is(error.message, "--accept-from nobody.invalid: there is no such host");
});

for (const word of ["10.0.0.0/33", "10.0.0", "300.1.1.1", "a b", "10.0.0.0/8/8", "h.example/8", "2001:db8::/129"])
  test(`'${word}' is refused in an accept list`, async (t) => {
    const error = await t.throwsAsync(AcceptList.of([word], "--accept-from"), { instanceOf: UsageError });
    t.is(error.message, `--accept-from '${word}' is no address, CIDR block or host name`);
  });

test("every message ends in one counter: taken, of a wrong address, of a wrong protocol", async (t) => {
  const accept = await AcceptList.of(["192.0.2.0/24"], "");
  await t.notThrowsAsync(
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.constantFrom("192.0.2.1", "192.0.2.2", "10.0.0.1"), fc.constantFrom(...Object.keys(BEGINNINGS))),
        ),
        async (sent) => {
          const taken: string[] = [];
          const gate = new Gate([
            { accept, protocols: ["netflow9", "ipfix"], take: ({ peer }) => taken.push(peer.address) },
          ]);
          for (const [address, protocol] of sent) gate.pass(message(address, protocol as ExportProtocol));
          const mine = sent.filter(([address]) => address !== "10.0.0.1");
          const right = mine.filter(([, protocol]) => protocol === "netflow9" || protocol === "ipfix");
          const { counters } = gate;
          return (
            counters.taken === right.length &&
            counters.protocol === mine.length - right.length &&
            counters.address === sent.length - mine.length &&
            taken.join() === right.map(([address]) => address).join()
          );
        },
      ),
    ),
  );
});

test("the first admission that accepts an address gets its messages, also after a change", async (t) => {
  const heard: string[] = [];
  const to = async (name: string, ...words: string[]) => ({
    accept: await AcceptList.of(words, ""),
    protocols: EVERY_PROTOCOL,
    take: () => heard.push(name),
  });
  const gate = new Gate([await to("one", "192.0.2.1"), await to("rest")]);
  gate.pass(message("192.0.2.1", "sflow"));
  gate.pass(message("192.0.2.2", "sflow"));
  gate.replace([await to("two", "192.0.2.2")]);
  gate.pass(message("192.0.2.1", "sflow"));
  gate.pass(message("192.0.2.2", "sflow"));
  t.deepEqual(heard, ["one", "rest", "two"]);
  t.deepEqual(gate.counters, { taken: 3, address: 1, protocol: 0 });
});

test("a message too short to have a version is of no protocol", (t) => {
  for (let size = 0; size < 4; size++) t.is(protocolOf(new DataView(new ArrayBuffer(size))), undefined);
});
