/** The native decoder of sampled headers: native/decode/sampled_headers.h. */
export interface NativeSampledHeaders {
  /**
   * @param headers four words for each: offset in the datagram, octets there, octets of the frame, link type
   * @param summaries PACKET_SIZE octets for each
   * @param ignored the index in IGNORED for each
   */
  decode(datagram: DataView, headers: Uint32Array, count: number, summaries: Uint8Array, ignored: Uint8Array): void;
}

export type SampledHeadersConstructor = new () => NativeSampledHeaders;
