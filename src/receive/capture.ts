/** Exported datagrams inside a capture. */
import type { ReceivedMessage } from "../collect/message.js";
import { loadNative } from "../meter/native.js";
import type { SourceNotice } from "../meter/source_notice.js";
import { Datagrams } from "./datagrams.js";
import type { CaptureDatagramCounters } from "./native_receiver.js";
import { isPlausible, protocolOf } from "./protocols.js";

/** Octets of the memory that datagrams are handed over in. */
const MEMORY = 4 * 1024 * 1024;

/** Takes an exported message and the port that it was sent to. */
export type TakeCaptured = (message: ReceivedMessage, destinationPort: number) => void;

export interface CaptureReading extends CaptureDatagramCounters {
  /** Datagrams that are no exported flow records: other traffic of the capture. */
  readonly otherDatagrams: number;
  readonly notices: readonly SourceNotice[];
}

/** Reads a capture to its end, one piece a turn of the event loop. */
export async function readCapture(path: string, take: TakeCaptured, stopped: () => boolean): Promise<CaptureReading> {
  const memory = new ArrayBuffer(MEMORY);
  const capture = new (loadNative().CaptureDatagrams)(path, memory);
  const datagrams = new Datagrams(capture, memory, "udp");
  let otherDatagrams = 0;
  for (let more = true; more && !stopped(); ) {
    more = capture.read();
    while (
      datagrams.read(MEMORY, (message, port) => {
        const protocol = protocolOf(message.octets);
        if (protocol !== undefined && isPlausible(protocol, message.octets)) take(message, port);
        else otherDatagrams += 1;
      }) > 0
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...capture.counters(), otherDatagrams, notices: capture.notices() };
}
