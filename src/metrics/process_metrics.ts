/**
 * The metrics of the process that prom-client adds and that people look at: for the documentation, and for the check of
 * what the dashboard and the alert rules ask for.
 */
export interface ProcessMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** One sentence without final stop. */
  readonly help: string;
}

export const PROCESS_METRICS: readonly ProcessMetric[] = [
  { name: "process_start_time_seconds", type: "gauge", help: "When the process started" },
  { name: "process_cpu_user_seconds_total", type: "counter", help: "CPU time in the program, all threads" },
  { name: "process_cpu_system_seconds_total", type: "counter", help: "CPU time in the kernel, all threads" },
  { name: "process_cpu_seconds_total", type: "counter", help: "The sum of the two" },
  { name: "process_resident_memory_bytes", type: "gauge", help: "Memory in use, flow tables included" },
  { name: "process_open_fds", type: "gauge", help: "Open file descriptors" },
  { name: "process_max_fds", type: "gauge", help: "Most file descriptors that may be open" },
  { name: "nodejs_eventloop_lag_p99_seconds", type: "gauge", help: "Delay of JavaScript, 99th percentile" },
  { name: "nodejs_eventloop_lag_max_seconds", type: "gauge", help: "Delay of JavaScript, longest" },
  { name: "nodejs_eventloop_lag_mean_seconds", type: "gauge", help: "Delay of JavaScript, mean" },
  { name: "nodejs_heap_size_used_bytes", type: "gauge", help: "JavaScript objects" },
  {
    name: "nodejs_external_memory_bytes",
    type: "gauge",
    help: "Buffers of JavaScript, the ring of records among them",
  },
  { name: "nodejs_gc_duration_seconds", type: "histogram", help: "Pauses for garbage collection, by kind" },
];
