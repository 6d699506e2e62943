/**
 * A number with a fixed number of digits behind the point, as C's printf prints it: a tie goes to the even digit, where
 * JavaScript's toFixed takes the larger.
 */
export function fixed(value: number, digits: number): string {
  const scaled = value * 10 ** digits;
  const below = Math.floor(scaled);
  // A tie is exact in binary only for small multiples of powers of two, whose product with a power of ten is exact, too.
  if (scaled - below === 0.5 && below % 2 === 0 && scaled / 10 ** digits === value)
    return (below / 10 ** digits).toFixed(digits);
  return value.toFixed(digits);
}
