import type { Command } from "../cli/switches.js";
import { POLLEXEC_SWITCHES } from "../pollexec/options.js";

export const pollexecCommand: Command = {
  name: "pollexec",
  silk: "rwpollexec",
  summary: "run a command on each file that comes into a folder",
  usage: "--incoming-directory=DIR --error-directory=DIR --command=COMMAND [switches]",
  description:
    "Watches a folder. A regular file that is not empty, whose name does not begin with a dot and whose size was the same " +
    "at two looks is given to a command. Where that exits with 0 the file is archived or deleted, else it is moved to the " +
    "error folder; a file that is already there is never replaced. The name of a file is never read by the shell as part " +
    "of the command, whatever is in it.\n\n" +
    "SIGTERM, SIGINT and SIGHUP end it when the commands that run have ended; files that wait for their turn are found again by " +
    "the next start. A lock in the folder keeps a second process out.",
  switches: POLLEXEC_SWITCHES,
  examples: [
    {
      command:
        "flowtap pollexec --incoming-directory=/in --error-directory=/bad --archive-directory=/done --command='rwp2yaf2silk --in=%s --out=/flows/$(basename %s).rw'",
      does: "make SiLK's flows of each capture that is put into a folder",
    },
    {
      command:
        "rwpollexec --no-daemon --incoming-directory=/in --error-directory=/bad --command='load %s' --simultaneous=4 --timeout=TERM,600 --timeout=KILL,660",
      does: "load four files at a time, end a loader that takes more than ten minutes",
    },
  ],
  async run(args, called) {
    const { runPollexec } = await import("../pollexec/run.js");
    return runPollexec(args, called);
  },
};
