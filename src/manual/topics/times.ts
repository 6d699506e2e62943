import { paragraph, type Topic, terms } from "../page.js";

export const timesTopic: Topic = {
  name: "times",
  summary: "how times are written and printed",
  sections: [
    {
      title: "Given",
      blocks: [
        terms([
          ["2026/11/21", "A day."],
          ["2026/11/21:08", "An hour; T or a blank may stand for the colon."],
          ["2026/11/21:08:15:30.250", "Minutes, seconds, and down to microseconds."],
          ["2026-11-21T08:15:30Z", "The same as ISO 8601 has it, also with a zone: +01:00."],
          ["1795248930.25", "Seconds since 1970."],
        ]),
        paragraph(
          "Times without a zone are UTC. A window (--stime, --etime, --active-time) is two of them with a minus sign " +
            "between; its end counts whole: to 2026/11/21 is to the last millisecond of that day. One time alone is a " +
            "window of a millisecond.",
        ),
      ],
    },
    {
      title: "Printed",
      blocks: [
        terms([
          ["--timestamp-format=default", "2026/11/21T08:15:30.250"],
          ["--timestamp-format=iso", "2026-11-21 08:15:30.250"],
          ["--timestamp-format=m/d/y", "11/21/2026 08:15:30.250"],
          ["--timestamp-format=epoch", "1795248930.250"],
        ]),
        paragraph(
          "Behind a comma: utc or local (the zone of TZ), no-msec. SILK_TIMESTAMP_FORMAT says it for all commands. JSON, " +
            "CSV, Parquet and Arrow have all digits and UTC, whatever is said here.",
        ),
      ],
    },
  ],
};
