import { systemCode, systemReason } from "../errors.js";

/** Why an address cannot be listened on, in words. */
export function listenReason(error: unknown): string {
  switch (systemCode(error)) {
    case "EADDRINUSE":
      return "another program listens there already";
    case "EADDRNOTAVAIL":
      return "this host does not have that address";
    case "EACCES":
      return "not permitted: ports below 1024 need the privilege CAP_NET_BIND_SERVICE";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no such host";
    default:
      return systemReason(error);
  }
}
