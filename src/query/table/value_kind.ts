/** What a value of a table is, whatever format it is written in. */
export type ValueKind =
  /** Two numbers, upper and lower 64 bits; IPv4 as ::ffff:a.b.c.d. */
  | "address"
  /** A TIMESTAMPTZ, or its microseconds since 1970 UTC as a BIGINT: the same in memory. */
  | "time"
  /** Microseconds. */
  | "duration"
  | "integer"
  /** An integer; a negative one is missing. */
  | "optional"
  /** What is not a number is missing. */
  | "decimal"
  /** Octet of TCP flags, shown as letters. */
  | "flags"
  /** SiLK's attributes of a flow, shown as letters. */
  | "attributes"
  /** Number of a country code, shown as its letters. */
  | "country"
  /** Place in a list of texts. */
  | "label"
  /** Numbers of the configuration, shown as names. */
  | "sensor"
  | "class"
  | "type";
