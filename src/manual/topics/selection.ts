import { literal, paragraph, type Topic, terms } from "../page.js";

export const selectionTopic: Topic = {
  name: "selection",
  summary: "which flows a command reads: the store, files, standard input",
  sections: [
    {
      title: "Where flows come from",
      blocks: [
        terms([
          [
            "the store",
            "When a selection switch is given, the folder of --data-rootdir or SILK_DATA_ROOTDIR is read: one that " +
              "flowtap keeps, or a tree of SiLK files. rwfilter does so whenever no file is named.",
          ],
          [
            "files",
            "Those on the command line, and those in --xargs, in this order: IPFIX, SiLK flow files of every record " +
              "format and compression, Parquet, each alone or with gzip. Formats are told by their first octets and " +
              "may be mixed.",
          ],
          ["standard input", "When neither is given; also where a file is called - or stdin."],
        ]),
      ],
    },
    {
      title: "What of the store",
      blocks: [
        terms([
          [
            "--type, --class, --flowtypes",
            "Kinds of flows. Without these the default types of the class: what came in.",
          ],
          ["--sensors", "Sensors by name, number or range."],
          [
            "--start-date, --end-date",
            "Days or hours, the last one whole. A day alone is that day, an hour alone that hour, neither is today. When " +
              "the first is a day, the hour of the last does not count; when the first is an hour and the last a day, " +
              "the last hour is that of the first.",
          ],
        ]),
        literal(
          "rwfilter --type=all --start-date=2026/09/14:07 --end-date=2026/09/14:09 --dport=53 --pass=dns.rw",
          "rwstats --type=out,outweb --start-date=2026/09/14 --fields=dip --values=bytes --count=10",
        ),
        paragraph(
          "These switches choose files by the hour that flows started in. To cut at other times add --stime, --etime or " +
            "--active-time, which look at each flow.",
        ),
      ],
    },
    {
      title: "Which of those flows",
      blocks: [
        paragraph(
          "All commands take the switches by which rwfilter picks flows; all that are given must hold. A question that " +
            "is asked in one command reads the store once and carries nothing through a pipe. Where a name is the " +
            "command's own, as --bytes of rwuniq, its own meaning stands, and --filter takes any of rwfilter's.",
        ),
        literal(
          "rwuniq --fields=sip --values=flows --type=out --dport=53 --not-dcidr=10.0.0.0/8",
          "rwuniq --fields=sip --bytes --filter '--bytes=100- --proto=6' flows.rw",
        ),
      ],
    },
  ],
};
