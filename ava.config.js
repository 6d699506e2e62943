// Tests run compiled (`tsc` first): build/js mirrors the source tree.
export default {
  files: ["build/js/test/**/*.test.js"],
  // Without any result, of all files: the last test left may take minutes on a busy machine.
  timeout: "15m",
  workerThreads: false,
  concurrency: 2,
};
