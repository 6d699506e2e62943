/** rwrandomizeip: other addresses in place of those of flows. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { invocationEntry } from "../formats/silk/output.js";
import { oneInteger } from "../query/values/number.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import type { AddressSet } from "../sets/address_set.js";
import { Random } from "../sets/random.js";
import { loadAddressSet } from "../sets/set_file.js";
import { loadSite } from "../site/load.js";
import { AddressShuffle } from "./address_shuffle.js";
import { openRecordFiles } from "./record_files.js";
import { transformFiles } from "./transform.js";

/** Word `k` of what takes an address's place; `version` tells whose words they are. */
type Replace = (word: number, k: number, version: 4 | 6) => number;

export async function randomizeAddresses(args: Arguments, called: string): Promise<void> {
  const [input, output, ...others] = args.positionals;
  if (input === undefined || output === undefined || others.length > 0)
    throw new UsageError("Must specify an input file and an output file");
  const replace = replacement(args, called);
  const changes = membership(args);
  const site = loadSite(args);
  const files = openRecordFiles(args, site, [input]);
  try {
    await transformFiles(files, site, output, args, called, ({ arrays, count }) => {
      randomize(arrays.sip_hi!, arrays.sip_lo!, count, changes, replace);
      randomize(arrays.dip_hi!, arrays.dip_lo!, count, changes, replace);
      // A next hop would name the site as well; zero is none.
      randomize(arrays.nhip_hi!, arrays.nhip_lo!, count, (words) => !isNone(words) && changes(words), replace);
    });
  } finally {
    files.close();
  }
}

function replacement(args: Arguments, called: string): Replace {
  const load = args.value("load-table");
  const save = args.value("save-table");
  if (load !== undefined && save !== undefined) throw new UsageError("Cannot use both --load-table and --save-table");
  const given = args.value("seed");
  const random = new Random(
    given === undefined
      ? Math.floor(Math.random() * 2 ** 32)
      : oneInteger(given, 0, 0xffff_ffff, { option: "seed", what: "seed", given }),
  );
  if (load === undefined && save === undefined && !args.flag("consistent")) return () => random.word();
  const shuffle = load === undefined ? AddressShuffle.random(random) : AddressShuffle.load(load);
  if (save !== undefined) shuffle.save(save, [invocationEntry(called)]);
  return (word, k, version) => (version === 4 ? shuffle.ipv4(word) : shuffle.ipv6(word, k));
}

/** Whether the address of four words is to be changed. */
type Changes = (words: Uint32Array) => boolean;

function membership(args: Arguments): Changes {
  const set = (option: string): AddressSet | undefined => {
    const path = args.value(option);
    return path === undefined ? undefined : loadAddressSet(path);
  };
  const [only, except] = [set("only-change-set"), set("dont-change-set")];
  if (only === undefined && except === undefined) return () => true;
  return (words) => (only === undefined || only.has(words)) && !except?.has(words);
}

const address = new Uint32Array(4);

function isNone([a, b, c, d]: Uint32Array): boolean {
  return d === 0 && a === 0 && b === 0 && (c === 0 || c === MAPPED_IPV4);
}

function randomize(hi: Uint32Array, lo: Uint32Array, count: number, changes: Changes, replace: Replace): void {
  for (let j = 0; j < 2 * count; j += 2) {
    address[0] = hi[j + 1]!;
    address[1] = hi[j]!;
    address[2] = lo[j + 1]!;
    address[3] = lo[j]!;
    if (!changes(address)) continue;
    if (address[0] === 0 && address[1] === 0 && address[2] === MAPPED_IPV4) {
      lo[j] = replace(address[3], 3, 4);
      continue;
    }
    hi[j + 1] = replace(address[0], 0, 6);
    hi[j] = replace(address[1], 1, 6);
    lo[j + 1] = replace(address[2], 2, 6);
    lo[j] = replace(address[3], 3, 6);
  }
}
