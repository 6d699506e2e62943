/** Something that a source of packets has to say, as the native readers hand it on. */
export interface SourceNotice {
  readonly source: string;
  /** Octet offset in the uncompressed file. */
  readonly offset: number;
  readonly text: string;
  /** The source could not be read at all. */
  readonly fatal: boolean;
}
