/** Classes of flows as numbers: their places in the site's configuration. */
import type { Site } from "../site/site.js";

/** Of flows of no class. */
export const NO_CLASS = 255;

const UNKNOWN = "?";

export function classText({ config }: Site, number: number): string {
  return config.classes[number]?.name ?? (number === NO_CLASS ? UNKNOWN : String(number));
}

/** The number of a class; undefined when there is none of that name. */
export function classNumber({ config }: Site, name: string): number | undefined {
  if (name === UNKNOWN) return NO_CLASS;
  const place = config.classes.findIndex((each) => each.name === name);
  return place < 0 ? undefined : place;
}

/** SQL of the number of a flow's class. */
export function classSql({ config: { classes, flowtypes } }: Site): string {
  const cases = flowtypes.flatMap(({ id, class: name }) => {
    const place = classes.findIndex((each) => each.name === name);
    return place < 0 ? [] : [`WHEN ${id} THEN ${place}`];
  });
  return cases.length === 0 ? String(NO_CLASS) : `(CASE flowtype ${cases.join(" ")} ELSE ${NO_CLASS} END)`;
}
