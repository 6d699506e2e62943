import { literal, paragraph, type Topic } from "../page.js";

/** What makes the files of the sessions in manual pages; the office's capture is pcaps/office.pcap. */
export const PREPARATION: readonly string[] = [
  "flowtap meter -r office.pcap --store flows --quiet",
  "export SILK_DATA_ROOTDIR=flows",
  "rwfilter --type=all --start-date=2026/09/14 --output-format=silk --all=flows.rw",
];

export const examplesTopic: Topic = {
  name: "examples",
  summary: "the files that the sessions in manual pages work with",
  sections: [
    {
      title: "Files",
      blocks: [
        paragraph(
          "office.pcap is a capture of a small office: workstations, a name server, a printer, web traffic, a port scan, " +
            "IPv6, VLANs. It comes with flowtap in pcaps/. A store and a SiLK file are made of it by",
        ),
        literal(...PREPARATION.map((each) => `$ ${each}`)),
        paragraph(
          "Each session in a page begins there, and what it prints is what its commands print: a test runs them.",
        ),
      ],
    },
    {
      title: "First questions",
      blocks: [
        paragraph("Who talks most; to which services; who was here in the morning; what is new since yesterday:"),
        literal(
          "rwstats --fields=sip --values=bytes --count=10 flows.rw",
          "rwuniq --fields=proto,dport --values=flows,bytes --sort-output flows.rw",
          "rwset --stime=2026/09/14:07-2026/09/14:09 --sip-file=stdout flows.rw | rwsetcat",
          "flowtap diff yesterday.rw today.rw",
        ),
      ],
    },
  ],
};
