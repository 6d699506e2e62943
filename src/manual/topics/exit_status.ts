import { paragraph, type Topic, terms } from "../page.js";

export const exitStatusTopic: Topic = {
  name: "exit-status",
  summary: "how commands end",
  sections: [
    {
      title: "Statuses",
      blocks: [
        terms([
          ["0", "Success, also when nothing was found, and when a reader such as head has had enough."],
          ["1", "An input, an output or a library failed."],
          ["2", "The command line is wrong."],
          ["3", "The configuration file or a FLOWTAP_ variable is wrong."],
          ["4", "Captures: some could not be read; the flows of the others are complete."],
          ["130, 143", "Ended by SIGINT or SIGTERM. What is written stands; new files that were not complete do not."],
        ]),
        paragraph(
          "A command called by SiLK's name (rwcut) ends with 1 for every error, as scripts expect. rwsetmember and " +
            "rwcompare end with 1 when nothing matches or files differ.",
        ),
      ],
    },
    {
      title: "Messages",
      blocks: [
        paragraph(
          "An error is one line on standard error that names the thing and the place. Standard output has data only.",
        ),
      ],
    },
  ],
};
