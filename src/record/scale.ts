/** Counters as exported, those of the sampled packets, or multiplied by the sampling interval where one is known. */
export type Scale = "exported" | "scaled";
