// The base line that npm offers: pcap-parser reads the capture, cap's decoders read the headers, a Map keeps the flows
// by five-tuple. No timeouts, no export, no statistics: less than metering, in JavaScript.
import { createRequire } from "node:module";
import pcapParser from "pcap-parser";

const require = createRequire(import.meta.url);

interface Decoded {
  readonly info: {
    readonly type?: number;
    readonly protocol?: number;
    readonly srcaddr: string;
    readonly dstaddr: string;
    readonly srcport: number;
    readonly dstport: number;
  };
  readonly offset: number;
}
type Decode = (octets: Buffer, offset: number) => Decoded;
// The decoders alone: the package's entry would load its live capture.
const decoders = require("cap/lib/Decoders.js") as Record<"Ethernet" | "IPV4" | "TCP" | "UDP", Decode>;

const flows = new Map<string, number>();
let packets = 0;
const parser = pcapParser.parse(process.argv[2] ?? "");
parser.on("packet", (packet: { data: Buffer }) => {
  packets++;
  const ethernet = decoders.Ethernet(packet.data, 0);
  if (ethernet.info.type !== 0x0800) return;
  const ip = decoders.IPV4(packet.data, ethernet.offset);
  const transport = ip.info.protocol === 6 ? decoders.TCP : ip.info.protocol === 17 ? decoders.UDP : undefined;
  const ports = transport?.(packet.data, ip.offset).info;
  const key = `${ip.info.protocol} ${ip.info.srcaddr} ${ports?.srcport} ${ip.info.dstaddr} ${ports?.dstport}`;
  flows.set(key, (flows.get(key) ?? 0) + 1);
});
parser.on("end", () => console.log(`${packets} packets, ${flows.size} keys`));
