/** Certificates for one test run, made with openssl: an authority, a collector and an exporter. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Scratch } from "./scratch.js";

/** Paths of PEM files. */
export interface Certificates {
  readonly ca: string;
  /** The collector's, for the names `localhost` and `collector.test`, but not for an address. */
  readonly cert: string;
  readonly key: string;
  /** The exporter's. */
  readonly clientCert: string;
  readonly clientKey: string;
}

export function makeCertificates(scratch: Scratch): Certificates {
  const at = (name: string) => join(scratch.path, name);
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  openssl(["req", "-x509", ...fresh, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-subj", "/CN=flowtap test CA"]);
  const issue = (name: string, extension: string) => {
    openssl(["req", ...fresh, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${name}`]);
    const signer = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2"];
    const extensions = scratch.write(`${name}.ext`, extension);
    openssl(["x509", "-req", "-in", at(`${name}.csr`), ...signer, "-extfile", extensions, "-out", at(`${name}.pem`)]);
  };
  issue("collector", "subjectAltName=DNS:localhost,DNS:collector.test\n");
  issue("exporter", "extendedKeyUsage=clientAuth\n");
  return {
    ca: at("ca.pem"),
    cert: at("collector.pem"),
    key: at("collector.key"),
    clientCert: at("exporter.pem"),
    clientKey: at("exporter.key"),
  };
}

function openssl(args: readonly string[]): void {
  const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
}
