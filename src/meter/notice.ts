import type { SourceNotice } from "./native.js";

/** What a source has to say as one line. */
export function noticeLine(notice: SourceNotice): string {
  const place = notice.offset > 0 ? ` at offset ${notice.offset}` : "";
  return notice.source === "" ? notice.text : `${notice.source}${place}: ${notice.text}`;
}
