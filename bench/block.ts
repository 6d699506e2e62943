// Loaded into a program with --import: its JavaScript thread is busy for 300 ms of every 480 ms.
const PERIOD = 480;
const BLOCKED = 300;

setInterval(() => {
  const end = performance.now() + BLOCKED;
  while (performance.now() < end);
}, PERIOD).unref();
