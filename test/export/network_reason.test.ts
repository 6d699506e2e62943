import test from "ava";
import { isDistrust, isRefusal, networkReason } from "../../src/export/network_reason.js";

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

test("network errors are said in words", (t) => {
  const refused = systemError("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:4739");
  t.is(networkReason(refused), "nobody listens there (connection refused)");
  // Node's error for a name with several addresses has no message at all.
  t.is(networkReason(systemError("ECONNREFUSED", "")), "nobody listens there (connection refused)");
  t.is(networkReason(new Error("something new")), "something new");
});

test("a certificate that is not trusted is told apart from other errors", (t) => {
  for (const code of ["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED"])
    t.true(isDistrust(systemError(code, "certificate")), code);
  t.true(isDistrust(systemError("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match")));
  t.false(isDistrust(systemError("ECONNRESET", "read ECONNRESET")));
  t.is(
    networkReason(systemError("CERT_HAS_EXPIRED", "certificate has expired")),
    "the collector's certificate is not trusted: certificate has expired",
  );
});

test("a TLS alert is a refusal by the collector and named as it names it", (t) => {
  const alert = systemError(
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "40B7:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../ssl/record.c:1605:SSL alert number 116\n",
  );
  t.true(isRefusal(alert));
  t.is(networkReason(alert), "the collector refused the TLS session: certificate required");
  t.false(isRefusal(systemError("ECONNRESET", "")));
});
