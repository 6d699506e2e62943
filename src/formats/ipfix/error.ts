/** What is wrong with an IPFIX message, and where. */
export type IpfixErrorCode = "BAD_HEADER" | "BAD_SET" | "BAD_TEMPLATE" | "BAD_RECORD" | "TOO_MANY_TEMPLATES";

export class IpfixError extends Error {
  override readonly name = "IpfixError";

  /**
   * @param domain observation domain, of the message's header
   * @param template template or set identifier, 0 when none is known yet
   * @param offset octets from the start of the message
   */
  constructor(
    readonly code: IpfixErrorCode,
    readonly domain: number,
    readonly template: number,
    readonly offset: number,
    reason: string,
  ) {
    super(`IPFIX domain ${domain}, template ${template}, offset ${offset}: ${reason}`);
  }
}
