/** Where coturn listens, for UDP and for TCP. */
export const turnPort = 3_478;

/** From which it takes the addresses that it relays by; one of them is one allocation. */
export const relayPorts = { from: 49_152, to: 65_535 } as const;

/**
 * What no peer may be: private, shared, loopback, link-local (the metadata and credentials of a task), documentation,
 * benchmark and multicast addresses (https://www.iana.org/assignments/iana-ipv4-special-registry), and every form in
 * which IPv6 writes them. The VPC's own range is a private one.
 */
export const deniedPeers = [
  "0.0.0.0-0.255.255.255",
  "10.0.0.0-10.255.255.255",
  "100.64.0.0-100.127.255.255",
  "127.0.0.0-127.255.255.255",
  "169.254.0.0-169.254.255.255",
  "172.16.0.0-172.31.255.255",
  "192.0.0.0-192.0.0.255",
  "192.0.2.0-192.0.2.255",
  "192.88.99.0-192.88.99.255",
  "192.168.0.0-192.168.255.255",
  "198.18.0.0-198.19.255.255",
  "198.51.100.0-198.51.100.255",
  "203.0.113.0-203.0.113.255",
  "224.0.0.0-255.255.255.255",
  "::1",
  "::ffff:0:0-::ffff:ffff:ffff",
  "64:ff9b::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
  "100::-100::ffff:ffff:ffff:ffff",
  "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
  "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
] as const;

/** Of one user, on one task: a browser allocates once for each URL, and again when it restarts ICE. */
const allocationsOfUser = 12;
/** Of a task; each takes a port. */
const allocationsOfTask = 4_000;
/** Of one allocation: 3 Mbit/s, a good video call. */
const bytesPerSecond = 375_000;

/** https://github.com/coturn/coturn/blob/4.17.0/README.turnserver */
const options = [
  "-n",
  `--listening-port=${turnPort}`,
  `--min-port=${relayPorts.from}`,
  `--max-port=${relayPorts.to}`,
  "--realm=synapse-d",
  "--use-auth-secret",
  "--fingerprint",
  "--stale-nonce=600",
  "--unauthorized-ratelimit",
  "--no-multicast-peers",
  "--no-tcp-relay",
  "--no-tls",
  "--no-cli",
  `--user-quota=${allocationsOfUser}`,
  `--total-quota=${allocationsOfTask}`,
  `--max-bps=${bytesPerSecond}`,
  "--log-file=stdout",
  "--simple-log",
  "--pidfile=/dev/null",
  ...deniedPeers.map((range) => `--denied-peer-ip=${range}`),
];

/**
 * What the container runs. The image asks public resolvers for the task's public address, and without one it ends: a
 * relay whose addresses nobody reaches is worse than none. A peer that is relayed by the same task has that address
 * too, which coturn takes for its own private one, so this one private address is allowed. SIGTERM lets the calls end
 * that there are (https://github.com/coturn/coturn/blob/4.17.0/ChangeLog, SIGUSR1), until ECS kills the task.
 */
export const relayScript = `set -eu
own=$(getent ahostsv4 "$(uname -n)" | cut -d " " -f 1 | head -n 1)
public=$(detect-external-ip)
secret=$(printf %s "$TURN_SECRET")
turnserver ${options.join(" ")} \\
  --listening-ip="$own" --relay-ip="$own" --external-ip="$public/$own" --allowed-peer-ip="$own" \\
  --static-auth-secret="$secret" &
relay=$!
trap 'kill -USR1 $relay' TERM
code=0
wait $relay || code=$?
while kill -0 $relay 2>/dev/null; do code=0; wait $relay || code=$?; done
exit $code
`;

export interface RelayContainerArgs {
  readonly image: string;
  readonly secretArn: string;
  readonly logGroup: string;
  readonly region: string;
}

/** Docker's default, without NET_BIND_SERVICE: the image's turnserver is marked with it, and does not start without. */
const droppedCapabilities =
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(
    " ",
  );

/** The container of a task, as ECS takes it: nothing of its image can be written, and it may bind a port, no more. */
export function relayContainer({ image, secretArn, logGroup, region }: RelayContainerArgs): object {
  return {
    name: "coturn",
    image,
    essential: true,
    entryPoint: ["/bin/sh", "-c"],
    command: [relayScript],
    portMappings: ["udp", "tcp"].map((protocol) => ({
      containerPort: turnPort,
      hostPort: turnPort,
      protocol,
    })),
    secrets: [{ name: "TURN_SECRET", valueFrom: secretArn }],
    readonlyRootFilesystem: true,
    privileged: false,
    user: "nobody",
    linuxParameters: { capabilities: { drop: droppedCapabilities }, initProcessEnabled: true },
    // The longest that Fargate has.
    stopTimeout: 120,
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": logGroup, "awslogs-region": region, "awslogs-stream-prefix": "relay" },
    },
  };
}
