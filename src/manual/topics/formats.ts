import { paragraph, type Topic, terms } from "../page.js";

export const formatsTopic: Topic = {
  name: "formats",
  summary: "what is read and written: captures, flows, tables, sets, bags, prefix maps",
  sections: [
    {
      title: "Captures (flowtap meter)",
      blocks: [
        paragraph("pcap and pcapng of any link type that tcpdump knows flows on, plain, gzip or zstd; pipes, too."),
      ],
    },
    {
      title: "Outputs of the meter (-o)",
      blocks: [
        terms([
          ["FILE.ipfix, ipfix:PATH", "IPFIX messages in a file (RFC 7011, 5655), bidirectional (RFC 5103)."],
          ["FILE.json, json:PATH", "A JSON object a line, in the manner of Suricata's flow events."],
          ["FILE.csv, csv:PATH", "Columns of --fields."],
          ["text:PATH", "A table."],
          ["ipfix+udp://HOST:PORT", "A collector; also ipfix+tcp, ipfix+tls, netflow9+udp, netflow5+udp."],
          ["null:", "Nowhere: for measurements."],
        ]),
        paragraph("--store DIR keeps flows in a store that all commands read."),
      ],
    },
    {
      title: "Flows (--output-format of commands that write flows)",
      blocks: [
        terms([
          ["ipfix", "All columns; what commands write into pipes unless the first input was SiLK."],
          ["silk", "SiLK's records (RWIPV6ROUTING), with --compression-method none, zlib, lzo1x or snappy."],
          ["parquet", "As in the store: columns of integers, addresses in two halves; rwfilter, rwsort and convert."],
          ["json, csv, arrow", "For other programs: addresses as text, times in UTC."],
        ]),
      ],
    },
    {
      title: "Flow files that are read",
      blocks: [
        terms([
          ["IPFIX, SiLK", "Of any writer; SiLK's with every record format, byte order and compression."],
          [
            "nfdump",
            "Files of nfcapd and nfpcapd, layouts 1 and 2, with LZO, LZ4, bzip2 or zstd; out counters become the reverse " +
              "direction.",
          ],
          ["Parquet", "With the columns that flowtap writes; by analysis commands and convert, not from pipes."],
        ]),
        paragraph(
          "They are recognised by what they begin with, also within gzip. flowtap convert turns them, and captures, into " +
            "any format that is written.",
        ),
      ],
    },
    {
      title: "What formats have no room for",
      blocks: [
        terms([
          [
            "silk",
            "Times are cut to ms; counters have 32 bits, interfaces 16; VLAN, TOS, TTLs, end reasons and flow ids are left " +
              "out. A value without room is an error; flowtap convert --fit takes the nearest.",
          ],
          ["nfdump", "Times in ms; no first TCP flags, TTLs, sensor or type."],
        ]),
      ],
    },
    {
      title: "Tables (--output-format of commands that print)",
      blocks: [
        terms([
          ["text", "As SiLK prints it; --no-titles, --no-columns, --delimited, --column-separator change its form."],
          ["json", "An object a line; numbers are numbers."],
          ["csv", "RFC 4180 with one line of names."],
          ["parquet, arrow", "Typed columns; Arrow is the stream format."],
        ]),
      ],
    },
    {
      title: "Other files",
      blocks: [
        terms([
          ["sets", "IPset files of record versions 2 to 5, and text."],
          ["bags, aggregate bags, prefix maps", "SiLK's files."],
          ["countries", "MaxMind's .mmdb, or SiLK's country_codes.pmap."],
        ]),
        paragraph(
          "A new file stands under its name only when it is complete. One that exists is refused, unless SILK_CLOBBER is " +
            "set. Binary formats are not written to a terminal.",
        ),
      ],
    },
  ],
};
