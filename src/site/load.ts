/** Finds the site's silk.conf where SiLK's tools look for it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Arguments, Switch } from "../cli/switches.js";
import { InputError } from "../errors.js";
import { readSilkConf } from "./silk_conf.js";
import { Site, TWO_WAY_SITE } from "./site.js";

export const SITE_SWITCH: Switch = {
  name: "site-config-file",
  argument: "FILE",
  group: "Site",
  help: "Read the names of sensors, classes and types from this silk.conf",
  fallback: "SILK_CONFIG_FILE, silk.conf in the data root, SILK_PATH/share/silk",
};

export const DATA_ROOT_SWITCH: Switch = {
  name: "data-rootdir",
  argument: "DIR",
  group: "Site",
  help: "Root of the flow store or of a tree of SiLK files",
  fallback: "SILK_DATA_ROOTDIR",
};

/** Where SiLK's own build puts the data root when nothing else is said. */
const SILK_DEFAULT_ROOT = "/data";

/** The data root: `--data-rootdir`, else SILK_DATA_ROOTDIR, else /data as in SiLK's own build. */
export function dataRoot(args?: Arguments): string {
  return args?.value("data-rootdir") || process.env.SILK_DATA_ROOTDIR || SILK_DEFAULT_ROOT;
}

/**
 * The file that describes the site, or undefined when there is none: `--site-config-file`, SILK_CONFIG_FILE, silk.conf
 * in the data root, in SILK_PATH/share/silk and in SILK_PATH/share. The first two are taken whether they exist or not.
 */
export function siteConfigPath(args?: Arguments, root: string = dataRoot(args)): string | undefined {
  const given = args?.value("site-config-file") || process.env.SILK_CONFIG_FILE;
  if (given) return given;
  const share = process.env.SILK_PATH ? join(process.env.SILK_PATH, "share") : undefined;
  const candidates = [
    join(root, "silk.conf"),
    ...(share === undefined ? [] : [join(share, "silk", "silk.conf"), join(share, "silk.conf")]),
  ];
  return candidates.find((path) => existsSync(path));
}

/**
 * The site to work with: the configured one, else the built-in two-way site.
 *
 * @param root data root whose silk.conf counts, when it is not that of the switches
 * @throws InputError naming file and line of what is wrong in the configuration
 */
export function loadSite(args?: Arguments, root?: string): Site {
  const path = siteConfigPath(args, root ?? dataRoot(args));
  if (path === undefined) return new Site(TWO_WAY_SITE);
  if (!existsSync(path)) throw new InputError(`site configuration file '${path}' does not exist`);
  return new Site(readSilkConf(path));
}
