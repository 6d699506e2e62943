import { paragraph, type Topic, terms } from "../page.js";

export const environmentTopic: Topic = {
  name: "environment",
  summary: "variables that commands heed",
  sections: [
    {
      title: "Where things are",
      blocks: [
        terms([
          ["SILK_DATA_ROOTDIR", "The store, when --data-rootdir does not say."],
          ["SILK_CONFIG_FILE", "silk.conf: names of sensors, classes and types; else silk.conf in the data root."],
          ["SILK_PATH", "Folder of SiLK, in whose share/silk silk.conf and maps are looked for last."],
          ["SILK_COUNTRY_CODES, FLOWTAP_COUNTRY_CODES", "Database of countries: .mmdb or country_codes.pmap."],
          ["SILK_ADDRESS_TYPES", "Prefix map of address types, for sType, dType, --stype and --dtype."],
          ["INCOMING_FLOWTYPES, OUTGOING_FLOWTYPES", "What --incoming-flowtypes and --outgoing-flowtypes say."],
          ["SILK_TMPDIR, TMPDIR", "Where what does not fit into memory goes, when --temp-directory does not say."],
        ]),
      ],
    },
    {
      title: "How things are printed",
      blocks: [
        terms([
          ["SILK_TIMESTAMP_FORMAT", "As --timestamp-format."],
          ["SILK_IP_FORMAT", "As --ip-format."],
          ["SILK_IPV6_POLICY", "As --ipv6-policy: mix, ignore, asv4, force or only."],
          ["SILK_PAGER, PAGER", "Program that shows tables on a terminal, when --pager does not say; empty for none."],
          ["TZ", "Zone of --timestamp-format=local."],
          ["NO_COLOR, TERM", "Whether flowtap top has colours."],
        ]),
      ],
    },
    {
      title: "How files are written",
      blocks: [
        terms([
          ["SILK_CLOBBER", "When it is neither empty nor 0, outputs replace files that exist."],
          ["SILK_COMPRESSION_METHOD", "As --compression-method."],
          ["SILK_IPSET_RECORD_VERSION", "As --record-version of set commands."],
          ["SILK_HEADER_NOVERSION", "When it is set, headers of SiLK files do not tell a release."],
        ]),
      ],
    },
    {
      title: "The meter and the collector",
      blocks: [
        terms([
          ["FLOWTAP_CONFIG", "Configuration file, when --config does not say."],
          [
            "FLOWTAP_METER_KEY",
            "A key of the section meter: FLOWTAP_METER_MAX_FLOWS=50000. It wins over the file, the command line over both.",
          ],
          ["FLOWTAP_COLLECT_KEY", "A key of the section collect: FLOWTAP_COLLECT_LISTEN=netflow+udp://0.0.0.0:2055."],
          ["NOTIFY_SOCKET, WATCHDOG_USEC", "Set by systemd: the service tells when it is ready, and that it is alive."],
        ]),
        paragraph("flowtap check-config --print shows what file and environment come to."),
      ],
    },
  ],
};
