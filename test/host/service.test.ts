import test, { type ExecutionContext } from "ava";
import { UsageError } from "../../src/errors.js";
import { type Duties, Service } from "../../src/host/service.js";
import { ServiceCounters } from "../../src/metrics/service_counters.js";

/** A service whose signals are told to its listeners alone: other programs of the test do not hear them. */
function service(t: ExecutionContext, duties: Partial<Duties>) {
  const said: string[] = [];
  const say = (_fields: object, text: string) => said.push(text);
  const counters = new ServiceCounters();
  const made = new Service({ debug: say, info: say, warn: say, error: say }, counters, {
    stop: () => {},
    reload: async () => [],
    status: () => "",
    giveUp: () => {},
    ...duties,
  });
  t.teardown(() => made.end());
  return { service: made, said, counters };
}

const hear = (signal: NodeJS.Signals) => process.emit(signal, signal);

test.serial("reloads wait for the opening and for each other", async (t) => {
  const order: string[] = [];
  let reloads = 0;
  const { service: made, counters } = service(t, {
    reload: async () => {
      const number = ++reloads;
      order.push(`begin ${number}`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`end ${number}`);
      return [];
    },
  });
  const opened = made.opened(
    (async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push("opened");
      return 7;
    })(),
  );
  hear("SIGHUP");
  hear("SIGHUP");
  t.is(await opened, 7);
  await made.reloaded();
  t.deepEqual(order, ["opened", "begin 1", "end 1", "begin 2", "end 2"]);
  t.deepEqual(counters.reloads, { success: 2, failure: 0 });
});

test.serial("a reload tells what waits for the next start, or why nothing was taken", async (t) => {
  let wrong = false;
  const {
    service: made,
    said,
    counters,
  } = service(t, {
    reload: async () => {
      if (wrong) throw new UsageError("--mtu: 1 is too small");
      return ["snaplen"];
    },
  });
  hear("SIGHUP");
  await made.reloaded();
  wrong = true;
  hear("SIGHUP");
  await made.reloaded();
  t.deepEqual(said, [
    "--snaplen has changed: it takes effect with the next start",
    "the configuration was read again",
    "the configuration was not taken, the old one stays: --mtu: 1 is too small",
  ]);
  t.deepEqual(counters.reloads, { success: 1, failure: 1 });
});

test.serial("who was told to stop takes no new settings", async (t) => {
  const done: string[] = [];
  const { service: made } = service(t, {
    stop: () => done.push("stop"),
    reload: async () => {
      done.push("reload");
      return [];
    },
  });
  hear("SIGTERM");
  hear("SIGHUP");
  await made.reloaded();
  t.deepEqual(done, ["stop"]);
});

test.serial(
  "the last work is waited for as long as it may take, and its failure is not swallowed in time",
  async (t) => {
    const { service: made } = service(t, {});
    t.true(await made.endsWithin(60_000, Promise.resolve()));
    t.false(await made.endsWithin(5, new Promise(() => {})));
    await t.throwsAsync(made.endsWithin(60_000, Promise.reject(new Error("no space"))), { message: "no space" });
  },
);
