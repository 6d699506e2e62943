import test from "ava";
import { loadNative } from "../../../src/meter/native.js";
import { nativeOptions } from "../../support/meter_options.js";

const MEMORY = 2 * 1024 * 1024;

const native = loadNative();
const makeMeter = () => new native.Meter(nativeOptions({}), new ArrayBuffer(MEMORY), () => {});
const RECEIVER = { host: "127.0.0.1", port: 0, shared: false, bufferOctets: 65_536 };
const makeReceiver = () => new native.UdpReceiver(RECEIVER, new ArrayBuffer(MEMORY), () => {});

test("a closed meter answers no call", (t) => {
  const meter = makeMeter();
  meter.close();
  const calls = [
    () => meter.open(),
    () => meter.poll(1),
    () => meter.release(0),
    () => meter.stats(),
    () => meter.close(),
  ];
  for (const call of calls) t.throws(call, { message: "the meter is closed" });
});

test("of a closed receiver only the ring can be read", (t) => {
  const receiver = makeReceiver();
  receiver.close();
  for (const call of [() => receiver.open(), () => receiver.start(), () => receiver.stop(), () => receiver.stats()])
    t.throws(call, { message: "the receiver is closed" });
  t.is(receiver.poll(), 0);
  t.notThrows(() => receiver.release(0));
  t.notThrows(() => receiver.close());
});

test("no more is given back than has been handed out", (t) => {
  const meter = makeMeter();
  const receiver = makeReceiver();
  t.throws(() => meter.release(1), { message: "more records released than there are" });
  for (const octets of [1, -1, Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => receiver.release(octets), { message: "more octets released than there are" });
  meter.close();
  receiver.close();
});

test("memory that is too small or no memory is refused", (t) => {
  const wake = () => {};
  const none = {} as ArrayBuffer;
  for (const memory of [new ArrayBuffer(0), new ArrayBuffer(64), none]) {
    t.throws(() => new native.Meter(nativeOptions({}), memory, wake), { message: /memory|ArrayBuffer/ });
    t.throws(() => new native.UdpReceiver(RECEIVER, memory, wake), { message: /memory/ });
    t.throws(() => new native.CaptureDatagrams("pcaps/office.pcap", memory), { message: /memory/ });
  }
  t.throws(() => new native.UdpReceiver(RECEIVER, new ArrayBuffer(MEMORY + 1), wake), { message: /memory/ });
});

test("without a function to wake there is no meter and no receiver", (t) => {
  const wake = undefined as unknown as () => void;
  t.throws(() => new native.Meter(nativeOptions({}), new ArrayBuffer(MEMORY), wake), { message: /call back/ });
  t.throws(() => new native.UdpReceiver(RECEIVER, new ArrayBuffer(MEMORY), wake), { message: /call back/ });
});

test("methods are for objects of their class", (t) => {
  const meter = makeMeter();
  const receiver = makeReceiver();
  t.throws(() => meter.stats.call(receiver as never), { instanceOf: TypeError });
  t.throws(() => receiver.close.call({} as never), { instanceOf: TypeError });
  meter.close();
  receiver.close();
});
