import { realpathSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "../cli/switches.js";
import { completionScript } from "../completion/script.js";
import { SHELLS } from "../completion/shells.js";
import { UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";

/** How scripts call us: by name where that was how we were called, else by the program's path. */
function program(): string {
  const path = process.argv[1] ?? "flowtap";
  return basename(path) === "flowtap" ? "flowtap" : `'${realpathSync(path).replaceAll("'", "'\\''")}'`;
}

export const completionCommand: Command = {
  name: "completion",
  summary: "print a script that teaches a shell to complete command lines",
  usage: `${SHELLS.join(" | ")}`,
  description:
    "Completes the names of commands and switches, fields, sensors, classes, types, interfaces, what switches take, and " +
    "files, those with the usual ending of sets, bags and prefix maps first; for flowtap and for SiLK's names. make " +
    "install puts the scripts where the shells look for them.",
  switches: [],
  examples: [
    { command: "source <(flowtap completion bash)", does: "in this shell, or in each with a line in ~/.bashrc" },
    { command: "source <(flowtap completion zsh)", does: "the same for zsh, behind compinit in ~/.zshrc" },
    { command: "flowtap completion fish | source", does: "the same for fish, in ~/.config/fish/config.fish" },
  ],
  async run(args) {
    const [given, more] = args.positionals;
    const shell = SHELLS.find((each) => each === given);
    if (shell === undefined) throw new UsageError(`which shell: ${SHELLS.join(", ")}?`);
    if (more !== undefined) throw new UsageError(`unexpected argument '${more}'`);
    const sink = openSink("-", "text");
    sink.write(new TextEncoder().encode(completionScript(shell, program())));
    sink.close();
    return 0;
  },
};
