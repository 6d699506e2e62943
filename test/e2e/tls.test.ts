import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import test from "ava";
import { pcap } from "../support/capture_writer.js";
import { makeCertificates } from "../support/certificates.js";
import { StreamCollector } from "../support/collectors.js";
import { datagrams } from "../support/conversation.js";
import { linesOf, run, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const small = scratch.write("small.pcap", pcap([...datagrams(3, 1000), ...datagrams(2, 1000, undefined, "10.9.9.9")]));
/** Flows of the capture. */
const RECORDS = 2;
const certificates = makeCertificates(scratch);
const ofCollector = { cert: readFileSync(certificates.cert), key: readFileSync(certificates.key) };
const demanding = { ...ofCollector, ca: readFileSync(certificates.ca), requestCert: true, rejectUnauthorized: true };

/** Meters the small capture into a TLS collector by the name `host`. */
async function exportOver(tls: typeof ofCollector, host: string, args: readonly string[]) {
  const collector = await StreamCollector.open({ tls });
  const ended = await run(["meter", "-r", small, "-o", `ipfix+tls://${host}:${collector.port}`, ...args]);
  // What an exporter has sent when it ends may still have to be read.
  if (ended.status === 0) await until(() => collector.records >= RECORDS, "the flows");
  const { records } = collector;
  await collector.close();
  return { ...ended, records };
}

/** The lines of a failed run behind the counters. */
function complaints(stderr: string): string[] {
  return linesOf(stderr).filter((line) => line.includes("did not get out"));
}

test("IPFIX over TLS reaches a collector whose certificate the CA has signed", async (t) => {
  const { status, stderr, records } = await exportOver(ofCollector, "localhost", ["--tls-ca", certificates.ca]);
  t.is(status, 0, stderr);
  t.is(records, RECORDS);
});

test("a collector that demands a client certificate gets it", async (t) => {
  const client = ["--tls-cert", certificates.clientCert, "--tls-key", certificates.clientKey];
  const { status, stderr, records } = await exportOver(demanding, "localhost", [
    "--tls-ca",
    certificates.ca,
    ...client,
  ]);
  t.is(status, 0, stderr);
  t.is(records, RECORDS);
});

test("a collector that refuses us for want of a client certificate has taken nothing", async (t) => {
  const { status, stderr, records } = await exportOver(demanding, "localhost", ["--tls-ca", certificates.ca]);
  t.is(records, 0);
  t.is(status, 1);
  t.is(complaints(stderr).length, 1, stderr);
  t.regex(stderr, /2 records did not get out: /);
});

test("a certificate of an unknown authority is refused, with the reason", async (t) => {
  const { status, stderr, records } = await exportOver(ofCollector, "localhost", []);
  t.is(status, 1);
  t.is(records, 0);
  t.is(complaints(stderr).length, 1);
  t.regex(stderr, /2 records did not get out: the collector's certificate is not trusted: unable to verify/);
});

test("--tls-no-verify accepts any certificate", async (t) => {
  const { status, stderr, records } = await exportOver(ofCollector, "127.0.0.1", ["--tls-no-verify"]);
  t.is(status, 0, stderr);
  t.is(records, RECORDS);
});

test("a certificate for another name is refused, and accepted under the name that the user gives", async (t) => {
  const ca = ["--tls-ca", certificates.ca];
  const byAddress = await exportOver(ofCollector, "127.0.0.1", ca);
  t.is(byAddress.status, 1);
  t.is(byAddress.records, 0);
  t.regex(byAddress.stderr, /certificate is not trusted: .*127\.0\.0\.1/);
  const wrong = await exportOver(ofCollector, "localhost", [...ca, "--tls-server-name", "elsewhere.test"]);
  t.is(wrong.status, 1);
  t.is(wrong.records, 0);
  const named = await exportOver(ofCollector, "127.0.0.1", [...ca, "--tls-server-name", "collector.test"]);
  t.is(named.status, 0, named.stderr);
  t.is(named.records, RECORDS);
});

test("a collector that speaks no TLS is said to", async (t) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end("220 mail.example.com ESMTP\r\n");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  const { status, stderr } = await run(["meter", "-r", small, "-o", `ipfix+tls://127.0.0.1:${port}`]);
  server.close();
  t.is(status, 1);
  t.regex(stderr, /2 records did not get out: the collector does not speak TLS on this port/);
});

test("files that hold no certificate or no key are said before anything is metered", async (t) => {
  const rubbish = scratch.write("rubbish.pem", "no certificate\n");
  const { status, stderr } = await run([
    ...["meter", "-r", small, "-o", "ipfix+tls://127.0.0.1:1", "--tls-cert", rubbish, "--tls-key", rubbish],
  ]);
  t.is(status, 1);
  t.is(linesOf(stderr).length, 1, stderr);
  t.regex(stderr, /^flowtap: .*certificate or key/);
  const mismatch = await run([
    ...["meter", "-r", small, "-o", "ipfix+tls://127.0.0.1:1"],
    ...["--tls-cert", certificates.cert, "--tls-key", certificates.clientKey],
  ]);
  t.is(mismatch.status, 1);
  t.is(linesOf(mismatch.stderr).length, 1, mismatch.stderr);
});
