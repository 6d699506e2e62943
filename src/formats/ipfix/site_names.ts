/** Names of sensors and types that travel with a stream, as options records of CERT's elements. */
import { PEN } from "../../record/field.js";
import type { Flowtype, Sensor } from "../../site/site.js";
import { VARIABLE_LENGTH } from "./message.js";
import type { OptionsRecord } from "./options.js";
import type { OptionsValues } from "./options_reader.js";
import type { Specifier, Template } from "./template.js";

const OBSERVATION_DOMAIN = 149;
const SILK = {
  flowtypeId: 30,
  sensorId: 31,
  flowtypeName: 938,
  className: 939,
  typeName: 940,
  sensorName: 941,
  sensorDescription: 942,
} as const;

const domain: Specifier = { pen: PEN.iana, id: OBSERVATION_DOMAIN, length: 4 };
const silk = (id: number, length = VARIABLE_LENGTH): Specifier => ({ pen: PEN.cert, id, length });

const SENSOR: Template = {
  id: 0xff03,
  scopeCount: 2,
  specifiers: [domain, silk(SILK.sensorId, 2), silk(SILK.sensorName), silk(SILK.sensorDescription)],
};

const FLOWTYPE: Template = {
  id: 0xff04,
  scopeCount: 2,
  specifiers: [domain, silk(SILK.flowtypeId, 1), silk(SILK.flowtypeName), silk(SILK.className), silk(SILK.typeName)],
};

/** The name of a sensor. In a journal it tells the sensor of all its flows. */
export function sensorRecord(domainId: number, { id, name, description }: Sensor): OptionsRecord {
  return { template: SENSOR, values: [domainId, id, name, description] };
}

/** Class and type of a flowtype. */
export function flowtypeRecord(domainId: number, flowtype: Flowtype): OptionsRecord {
  return { template: FLOWTYPE, values: [domainId, flowtype.id, flowtype.name, flowtype.class, flowtype.type] };
}

/** What a stream says about the numbers in its records. */
export interface SiteHints {
  /** Names by sensor identifier. */
  readonly sensors: ReadonlyMap<number, string>;
  readonly flowtypes: ReadonlyMap<number, Flowtype>;
}

/** Gathers the names of a stream. */
export class SiteNames implements SiteHints {
  readonly sensors = new Map<number, string>();
  readonly flowtypes = new Map<number, Flowtype>();
  readonly #sensorByDomain = new Map<number, number>();

  /** The sensor last named in an observation domain. */
  sensorOf(domainId: number): number | undefined {
    return this.#sensorByDomain.get(domainId);
  }

  /** Takes an options record of the stream; others than those with names are passed over. */
  take(domainId: number, values: OptionsValues): void {
    const value = (id: number) => values.get(`${PEN.cert}/${id}`);
    const sensor = value(SILK.sensorId);
    const sensorName = value(SILK.sensorName);
    if (typeof sensor === "number" && typeof sensorName === "string" && sensor <= 65535) {
      this.sensors.set(sensor, sensorName);
      // Domains are 32 bits wide and anybody's: more than there can be sensors are not kept.
      if (this.#sensorByDomain.size < 65536) this.#sensorByDomain.set(domainId, sensor);
    }
    const id = value(SILK.flowtypeId);
    const [name, className, type] = [SILK.flowtypeName, SILK.className, SILK.typeName].map(value);
    if (typeof id !== "number" || id > 255 || typeof className !== "string" || typeof type !== "string") return;
    this.flowtypes.set(id, {
      id,
      class: className,
      type,
      name: typeof name === "string" && name !== "" ? name : className + type,
    });
  }
}
