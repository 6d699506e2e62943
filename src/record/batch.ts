import { recordStride } from "./layout.js";

/**
 * A run of flow records in memory that the native meter (or a decoder) filled. The views cover the whole buffer and are
 * made once; a batch moves over it by changing `first` and `count`. Record `i` starts at octet `(first + i) * stride`.
 */
export class FlowBatch {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  /** Octets of one record: a multiple of 8. */
  readonly stride: number;

  /** Index of the first record of the batch in the buffer. */
  first = 0;
  /** Records in the batch. */
  count = 0;

  /**
   * @param buffer holds a whole number of records
   * @param groups bits of `GROUP`: the statistics that follow each base record
   */
  constructor(
    readonly buffer: ArrayBufferLike,
    readonly groups: number,
  ) {
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.stride = recordStride(groups);
  }
}
