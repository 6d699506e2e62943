/** Octets of input files that were read, and all of them when that is known. */
export interface InputOctets {
  readonly read: number;
  readonly total: number | undefined;
}
