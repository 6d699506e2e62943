import test from "ava";
import { Bounded } from "../../src/resolve/bounded.js";
import { NameCache } from "../../src/resolve/name_cache.js";

test("a name is asked for once, while it is awaited and after", async (t) => {
  const asked: string[] = [];
  const cache = new NameCache(10, async (address) => {
    asked.push(address);
    return `name of ${address}`;
  });
  const first = cache.nameOf("a");
  t.is(cache.nameOf("a"), first);
  t.is(await first, "name of a");
  t.is(cache.nameOf("a"), "name of a");
  t.deepEqual(asked, ["a"]);
});

test("that an address has no name is remembered, too", async (t) => {
  let asked = 0;
  const cache = new NameCache(10, async () => {
    asked += 1;
    return undefined;
  });
  t.is(await cache.nameOf("a"), undefined);
  t.is(cache.nameOf("a"), undefined);
  t.is(asked, 1);
});

test("the name not asked for the longest is forgotten first", async (t) => {
  const asked: string[] = [];
  const cache = new NameCache(2, async (address) => {
    asked.push(address);
    return address;
  });
  for (const address of ["a", "b", "a", "c", "a", "b"]) await cache.nameOf(address);
  t.deepEqual(asked, ["a", "b", "c", "b"]);
  t.is(cache.size, 2);
});

test("no more tasks run at a time than allowed, and all run", async (t) => {
  const bounded = new Bounded(3);
  let running = 0;
  let most = 0;
  const task = async (k: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (k === 5) throw new Error("five");
    return k;
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, k) => bounded.run(() => task(k))));
  t.is(most, 3);
  t.is(results.filter(({ status }) => status === "fulfilled").length, 19);
});
