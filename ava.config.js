// Tests run compiled (`tsc` first): build/js mirrors the source tree.
export default {
  files: ["build/js/test/**/*.test.js"],
  timeout: "5m",
  workerThreads: false,
  concurrency: 2,
};
