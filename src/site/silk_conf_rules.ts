/** What names, numbers and path formats of silk.conf may be. */
import { type ConfLine, confError } from "./conf_lines.js";

const LONGEST_SENSOR_NAME = 64;
const LONGEST_CLASS_NAME = 32;

/** @throws InputError unless the text is a whole number within bounds */
export function numberWithin(line: ConfLine, what: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw confError(line, `${what} '${text}' is not a whole number from ${least} to ${most}`);
}

/** File names are parted by `_` and folders by `/`: sensor names have neither. */
export function checkSensorName(line: ConfLine, name: string): void {
  if (name.length > LONGEST_SENSOR_NAME)
    throw confError(line, `sensor name '${name}' is longer than ${LONGEST_SENSOR_NAME} characters`);
  if (!/^[A-Za-z][^\s/_]*$/.test(name))
    throw confError(line, `sensor name '${name}' must start with a letter and have no blank, '/' or '_'`);
}

export function checkClassName(line: ConfLine, what: "class" | "type" | "flowtype", name: string): void {
  if (name.length > LONGEST_CLASS_NAME && what !== "flowtype")
    throw confError(line, `${what} name '${name}' is longer than ${LONGEST_CLASS_NAME} characters`);
  if (!/^[A-Za-z][^\s/]*$/.test(name))
    throw confError(line, `${what} name '${name}' must start with a letter and have no blank or '/'`);
}

/** @throws InputError unless every conversion is known and the last part is the file's name, `%x` */
export function checkPathFormat(line: ConfLine, format: string): string {
  for (const [conversion] of format.matchAll(/%(.|$)/g))
    if (!/^%[CFHNTYmdfnx%]$/.test(conversion))
      throw confError(line, `path-format has the unknown conversion '${conversion}'`);
  if (format !== "%x" && !format.endsWith("/%x")) throw confError(line, `path-format '${format}' must end in /%x`);
  return format;
}
