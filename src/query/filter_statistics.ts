/** What rwfilter's --print-statistics and --print-volume-statistics say. */

/** Flows, packets and octets. */
export interface Volume {
  records: number;
  packets: number;
  octets: number;
}

export interface FilterCounts {
  readonly files: number;
  readonly total: Volume;
  readonly pass: Volume;
}

const number = (value: number, width: number) => String(value).padStart(width);

/** One line: files, flows read, passed and failed. */
export function statisticsLine({ files, total, pass }: FilterCounts): string {
  const fail = total.records - pass.records;
  return `Files ${number(files, 5)}.  Read ${number(total.records, 10)}.  Pass ${number(pass.records, 10)}. Fail  ${number(fail, 10)}.\n`;
}

/** A table of flows, packets and octets. */
export function volumeTable({ files, total, pass }: FilterCounts): string {
  const fail = {
    records: total.records - pass.records,
    packets: total.packets - pass.packets,
    octets: total.octets - pass.octets,
  };
  const row = (title: string, { records, packets, octets }: Volume, last: string) =>
    `${title.padStart(5)}|${number(records, 18)}|${number(packets, 18)}|${number(octets, 20)}|${last.padStart(10)}|\n`;
  return [
    `${"".padStart(5)}|${"Recs".padStart(18)}|${"Packets".padStart(18)}|${"Bytes".padStart(20)}|${"Files".padStart(10)}|\n`,
    row("Total", total, String(files)),
    row("Pass", pass, ""),
    row("Fail", fail, ""),
  ].join("");
}
