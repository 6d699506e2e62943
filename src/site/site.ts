/** Names of sensors, classes and types: what silk.conf defines and flow records hold as numbers. */

export interface Sensor {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Names of the classes it belongs to, in the order of the configuration. */
  readonly classes: readonly string[];
}

/** A pair of class and type, with its number in records. */
export interface Flowtype {
  readonly id: number;
  readonly class: string;
  readonly type: string;
  /** Name in file names: `iw`; class and type joined when the configuration gives none. */
  readonly name: string;
}

export interface SiteClass {
  readonly name: string;
  readonly sensors: readonly string[];
  readonly types: readonly string[];
  readonly defaultTypes: readonly string[];
}

/** A site as silk.conf describes it. */
export interface SiteConfig {
  /** File it was read from; undefined for the built-in two-way site. */
  readonly path: string | undefined;
  readonly sensors: readonly Sensor[];
  readonly flowtypes: readonly Flowtype[];
  readonly classes: readonly SiteClass[];
  readonly defaultClass: string | undefined;
  /** `%T/%Y/%m/%d/%x` when not given. */
  readonly pathFormat: string;
  readonly packingLogic: string | undefined;
}

const TWO_WAY = [
  "in",
  "out",
  "inweb",
  "outweb",
  "innull",
  "outnull",
  "int2int",
  "ext2ext",
  "inicmp",
  "outicmp",
  "other",
];
const TWO_WAY_FILE_NAMES: Readonly<Record<string, string>> = { inweb: "iw", outweb: "ow" };

/** The site without any configuration: the types of SiLK's two-way logic, and no sensors. */
export const TWO_WAY_SITE: SiteConfig = {
  path: undefined,
  sensors: [],
  flowtypes: TWO_WAY.map((type, id) => ({ id, class: "all", type, name: TWO_WAY_FILE_NAMES[type] ?? type })),
  classes: [{ name: "all", sensors: [], types: TWO_WAY, defaultTypes: ["in", "inweb", "inicmp"] }],
  defaultClass: "all",
  pathFormat: "%T/%Y/%m/%d/%x",
  packingLogic: undefined,
};

/** Look-ups in a site. Numbers that it does not define are printed as numbers, as SiLK does. */
export class Site {
  #config: SiteConfig;
  readonly #sensorById = new Map<number, Sensor>();
  readonly #sensorByName = new Map<string, Sensor>();
  readonly #flowtypeById = new Map<number, Flowtype>();

  constructor(config: SiteConfig) {
    this.#config = config;
    this.#index();
  }

  get config(): SiteConfig {
    return this.#config;
  }

  /** Takes names that a stream brought for numbers that the configuration does not define. */
  learn(sensors: ReadonlyMap<number, string>, flowtypes: ReadonlyMap<number, Flowtype>): void {
    const { config } = this;
    const newSensors = [...sensors]
      .filter(([id, name]) => !this.#sensorById.has(id) && !this.#sensorByName.has(name))
      .map(([id, name]): Sensor => ({ id, name, description: "", classes: [] }));
    const newFlowtypes = [...flowtypes.values()].filter(({ id }) => !this.#flowtypeById.has(id));
    if (newSensors.length + newFlowtypes.length === 0) return;
    this.#config = {
      ...config,
      sensors: [...config.sensors, ...newSensors],
      flowtypes: [...config.flowtypes, ...newFlowtypes],
    };
    this.#index();
  }

  #index(): void {
    for (const sensor of this.#config.sensors) {
      this.#sensorById.set(sensor.id, sensor);
      this.#sensorByName.set(sensor.name, sensor);
    }
    for (const flowtype of this.#config.flowtypes) this.#flowtypeById.set(flowtype.id, flowtype);
  }

  sensor(id: number): Sensor | undefined {
    return this.#sensorById.get(id);
  }

  sensorNamed(name: string): Sensor | undefined {
    return this.#sensorByName.get(name);
  }

  flowtype(id: number): Flowtype | undefined {
    return this.#flowtypeById.get(id);
  }

  flowtypeOf(className: string, type: string): Flowtype | undefined {
    return this.config.flowtypes.find((each) => each.class === className && each.type === type);
  }

  sensorName(id: number): string {
    return this.#sensorById.get(id)?.name ?? String(id);
  }

  /** Name of the class of a flowtype; `?` when it is not defined. */
  className(flowtype: number): string {
    return this.#flowtypeById.get(flowtype)?.class ?? "?";
  }

  /** Name of the type of a flowtype; its number when it is not defined. */
  typeName(flowtype: number): string {
    return this.#flowtypeById.get(flowtype)?.type ?? String(flowtype);
  }
}
