/** What wakes JavaScript from the addon's threads, and throws. */
import { loadNative } from "../../../src/meter/native.js";
import { nativeOptions } from "../../support/meter_options.js";

/** What has a thread that wakes JavaScript. */
export const WAKING = ["meter", "receiver"] as const;

/** Milliseconds after which an error counts as dropped. */
const LONGEST = 15_000;

/**
 * Starts what wakes a function that throws an Error with its name. Where `caught` says so, the process hears of it,
 * prints it and can end.
 */
export function startThrowing(wakes: (typeof WAKING)[number], caught: "caught" | "uncaught"): void {
  const wake = () => {
    throw new Error(`${wakes} woke`);
  };
  const close = wakes === "meter" ? startMeter(wake) : startReceiver(wake);
  if (caught === "caught")
    process.once("uncaughtException", ({ message }, origin) => {
      console.log(`${origin}: ${message}`);
      close();
    });
  // Were the error dropped, the open object would keep the process alive.
  setTimeout(() => {
    console.log("not heard of");
    close();
    process.exitCode = 3;
  }, LONGEST).unref();
}

function startMeter(wake: () => void): () => void {
  const options = nativeOptions({ captures: ["pcaps/office.pcap"] });
  const meter = new (loadNative().Meter)(options, new ArrayBuffer(2 * 1024 * 1024), wake);
  meter.open();
  meter.start();
  return () => meter.close();
}

function startReceiver(wake: () => void): () => void {
  const options = { host: "127.0.0.1", port: 0, shared: false, bufferOctets: 65_536 };
  const receiver = new (loadNative().UdpReceiver)(options, new ArrayBuffer(1024 * 1024), wake);
  receiver.open();
  receiver.start();
  receiver.stop(); // wakes when it has ended
  return () => receiver.close();
}
