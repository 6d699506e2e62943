import { literal, paragraph, type Topic, terms } from "../page.js";

export const listsTopic: Topic = {
  name: "lists",
  summary: "how numbers, ranges, addresses, flags and labels are written",
  sections: [
    {
      title: "Numbers",
      blocks: [
        terms([
          ["lists (ports, protocols)", "80,443,8000-8100,60000-: numbers and ranges; the last may be open at its end."],
          ["ranges (bytes, packets)", "100-, 40-60, or 40 for exactly that."],
          ["decimal ranges", "0.5-2.25, also open: 10-."],
        ]),
      ],
    },
    {
      title: "Addresses",
      blocks: [
        terms([
          ["CIDR lists", "--scidr=10.0.0.0/8,2001:db8::/32,192.0.2.1"],
          [
            "wildcards",
            "--saddress=10.x.1-3,9.0-127: for each octet, or group of IPv6, a number, a list, a range, or x for all.",
          ],
          ["sets", "--sipset=FILE: an IPset, or a text file with an address, CIDR block or wildcard on each line."],
          ["none of them", "Every one has a --not- form: --not-dcidr=10.0.0.0/8."],
        ]),
        paragraph("An IPv6 address of ::ffff:0:0/96 is the IPv4 address in it."),
      ],
    },
    {
      title: "TCP flags",
      blocks: [
        paragraph(
          "Letters F S R P A U E C. --flags-all=S/SA finds flows with SYN and without ACK: what is before the slash must " +
            "be set, the rest of what is behind it must not. Several with commas: one of them must hold. --flags-initial " +
            "looks at the first packet, --flags-session at the others.",
        ),
        literal("rwfilter --flags-initial=S/SA --flags-session=/A --pass=unanswered.rw flows.rw"),
      ],
    },
    {
      title: "Names",
      blocks: [
        terms([
          ["countries", "--scc=de,fr,--: two letters each; -- is what the database does not know."],
          ["labels", "--pmap-src-NAME=LABEL,LABEL: as they stand in the prefix map, in one argument."],
          ["switches", "May be cut short as long as they are unique: --pass, --proto, --stat."],
        ]),
      ],
    },
  ],
};
