/** What tells the country of an address. */
export interface CountryDatabase {
  /**
   * Number of the country of an address of four 32-bit words, IPv4 as ::ffff:a.b.c.d; UNKNOWN_COUNTRY for none.
   *
   * @throws InputError naming the file when it turns out to be damaged
   */
  find(w0: number, w1: number, w2: number, w3: number): number;
}
