/**
 * throwing_wake meter|receiver [--caught]: what wakes JavaScript from the addon's thread throws. With --caught the
 * process hears of it, prints it and ends well.
 */
import { loadNative } from "../../../src/meter/native.js";
import { nativeOptions } from "../../support/meter_options.js";

const [wakes, caught] = process.argv.slice(2);

function wake(): void {
  throw new Error(`${wakes} woke`);
}

function startMeter(): () => void {
  const options = nativeOptions({ captures: ["pcaps/office.pcap"] });
  const meter = new (loadNative().Meter)(options, new ArrayBuffer(2 * 1024 * 1024), wake);
  meter.open();
  meter.start();
  return () => meter.close();
}

function startReceiver(): () => void {
  const options = { host: "127.0.0.1", port: 0, shared: false, bufferOctets: 65_536 };
  const receiver = new (loadNative().UdpReceiver)(options, new ArrayBuffer(1024 * 1024), wake);
  receiver.open();
  receiver.start();
  receiver.stop(); // wakes when it has ended
  return () => receiver.close();
}

const close = wakes === "meter" ? startMeter() : startReceiver();
if (caught === "--caught")
  process.once("uncaughtException", ({ message }, origin) => {
    console.log(`${origin}: ${message}`);
    close();
  });
// Were the error dropped, the open object would keep the process alive.
setTimeout(() => {
  console.log("not heard of");
  close();
  process.exitCode = 3;
}, 15_000).unref();
