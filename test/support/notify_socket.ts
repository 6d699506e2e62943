/** A service manager's notification socket, as systemd has it. Node has no datagram sockets in the file system. */
import { join } from "node:path";
import { linesOf, type Running, startCommand, until } from "./program.js";
import { Scratch } from "./scratch.js";

const LISTEN = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print("listening", flush=True)
while True:
    for line in listener.recv(4096).decode().split("\\n"):
        print(line, flush=True)
`;

export class NotifySocket {
  readonly path: string;
  readonly #scratch: Scratch;
  readonly #running: Running;
  #heard = "";

  private constructor() {
    this.#scratch = new Scratch();
    this.path = join(this.#scratch.path, "notify");
    this.#running = startCommand("python3", ["-c", LISTEN, this.path]);
    this.#running.child.stdout.on("data", (piece: Buffer) => {
      this.#heard += piece.toString();
    });
  }

  static async open(): Promise<NotifySocket> {
    const socket = new NotifySocket();
    await until(() => socket.#heard !== "", "the notification socket");
    return socket;
  }

  /** What has come, such as `READY=1`. */
  get states(): readonly string[] {
    return linesOf(this.#heard).slice(1);
  }

  /** How often a state has come. */
  times(state: string): number {
    return this.states.filter((each) => each === state).length;
  }

  async close(): Promise<void> {
    this.#running.child.kill("SIGKILL");
    await this.#running.ended;
    this.#scratch.remove();
  }
}
