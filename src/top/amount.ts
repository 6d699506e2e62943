const PREFIXES = ["", " k", " M", " G", " T", " P", " E"];

/** A number of at most six characters: three significant digits and a decimal prefix. Whole numbers stay whole. */
export function amount(value: number): string {
  let scaled = value;
  let prefix = 0;
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= 1000;
    prefix += 1;
  }
  if (prefix === 0 && Number.isInteger(scaled)) return String(scaled);
  if (prefix === 0 && scaled < 0.005) return "0";
  const digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return scaled.toFixed(digits) + PREFIXES[prefix];
}

/** Hours, minutes and seconds: 1:02:03; days before them. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const days = Math.floor(whole / 86_400);
  const clock = `${Math.floor((whole % 86_400) / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return days === 0 ? clock : `${days}d ${clock}`;
}

/** Text that no terminal takes for commands: printable ASCII, the rest as question marks. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "?");
}
