/** Bits of an address that its neighbours in a /24 differ in. */
const HOST_BITS = 8;

/** Runs of neighbours among ascending IPv4 addresses. */
export class AddressRuns {
  /** Different addresses. */
  count = 0;
  /** Most addresses of one /24. */
  mostOfNetwork = 0;
  /** Longest run of neighbours within a /24. */
  longestRun = 0;
  /** Longest run of neighbouring /24 networks. */
  longestNetworkRun = 0;
  #last: number | undefined;
  #ofNetwork = 0;
  #run = 0;
  #networkRun = 0;

  begin(): void {
    this.count = 0;
    this.mostOfNetwork = 0;
    this.longestRun = 0;
    this.longestNetworkRun = 0;
    this.#last = undefined;
    this.#ofNetwork = 0;
    this.#run = 0;
    this.#networkRun = 0;
  }

  /** Returns whether the address is another one than the one before. */
  add(address: number): boolean {
    const last = this.#last;
    if (address === last) return false;
    this.#last = address;
    this.count += 1;
    // The first address of all has no network before its own.
    const apart = last === undefined ? Number.NaN : (address >>> HOST_BITS) - (last >>> HOST_BITS);
    this.#ofNetwork = apart === 0 ? this.#ofNetwork + 1 : 1;
    this.#run = apart === 0 && address - last! === 1 ? this.#run + 1 : 1;
    if (apart !== 0) this.#networkRun = apart === 1 ? this.#networkRun + 1 : 1;
    this.mostOfNetwork = Math.max(this.mostOfNetwork, this.#ofNetwork);
    this.longestRun = Math.max(this.longestRun, this.#run);
    this.longestNetworkRun = Math.max(this.longestNetworkRun, this.#networkRun);
    return true;
  }
}
