import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { deniedPeers, relayScript } from "../../components/relay-container.ts";

let folder: string;
let group: number | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synapse-d-relay-"));
  command("getent", 'echo "10.97.0.12      STREAM ip-10-97-0-12"; echo "10.97.0.12      DGRAM"');
  command("detect-external-ip", "echo 198.51.100.7");
});

afterEach(() => {
  try {
    if (group !== undefined) process.kill(-group, "SIGKILL");
  } catch {
    // All of it has ended.
  }
  rmSync(folder, { recursive: true });
});

/** A command of the image, in a few lines. */
function command(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** Runs the container's script, with those commands before the machine's own. */
function run(secret = "north\n") {
  const child = spawn("/bin/sh", ["-c", relayScript], {
    env: { PATH: `${folder}:${process.env.PATH}`, TURN_SECRET: secret },
    cwd: folder,
    stdio: "ignore",
    detached: true,
  });
  group = child.pid;
  return { child, ended: once(child, "exit").then(([code]) => code as number) };
}

const written = (name: string) => readFileSync(join(folder, name), "utf8");

async function appears(name: string): Promise<void> {
  while (!existsSync(join(folder, name))) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("coturn listens on the task's own address, relays by it, and tells clients the public one", async () => {
  command("turnserver", 'printf "%s\\n" "$@" > arguments');
  expect(await run().ended).toBe(0);
  const lines = written("arguments").trimEnd().split("\n");
  expect(lines.filter((line) => !line.startsWith("--denied"))).toEqual([
    "-n",
    "--listening-port=3478",
    "--min-port=49152",
    "--max-port=65535",
    "--realm=synapse-d",
    "--use-auth-secret",
    "--fingerprint",
    "--stale-nonce=600",
    "--unauthorized-ratelimit",
    "--no-multicast-peers",
    "--no-tcp-relay",
    "--no-tls",
    "--no-cli",
    "--user-quota=12",
    "--total-quota=4000",
    "--max-bps=375000",
    "--log-file=stdout",
    "--simple-log",
    "--pidfile=/dev/null",
    "--listening-ip=10.97.0.12",
    "--relay-ip=10.97.0.12",
    "--external-ip=198.51.100.7/10.97.0.12",
    "--allowed-peer-ip=10.97.0.12",
    "--static-auth-secret=north",
  ]);
});

test.each([
  ["10.0.0.0-10.255.255.255", "the VPC"],
  ["169.254.0.0-169.254.255.255", "the metadata and credentials of tasks"],
  ["127.0.0.0-127.255.255.255", "coturn itself"],
  ["::ffff:0:0-::ffff:ffff:ffff", "all of them, as IPv6 writes them"],
])("no peer is %s: %s", async (range) => {
  command("turnserver", 'printf "%s\\n" "$@" > arguments');
  await run().ended;
  expect(written("arguments")).toContain(`--denied-peer-ip=${range}\n`);
});

// coturn 4.17.1 takes :: for any address, also of IPv4, and denies everybody.
test("no range that is denied begins with every address", () => {
  expect(deniedPeers.filter((range) => range.startsWith("::-"))).toEqual([]);
});

test("without a public address the task ends, and nothing listens", async () => {
  command("detect-external-ip", "exit 1");
  command("turnserver", "touch listening");
  expect(await run().ended).not.toBe(0);
  expect(existsSync(join(folder, "listening"))).toBe(false);
});

test("SIGTERM drains coturn, and the task ends when it does", async () => {
  const ready = "while [ ! -e last-call-ended ]; do sleep 0.05; done; exit 7";
  command("turnserver", `trap 'touch draining' USR1; trap 'touch cut-off' TERM; touch listening; ${ready}`);
  const { child, ended } = run();
  await appears("listening");
  child.kill("SIGTERM");
  await appears("draining");
  expect(child.exitCode).toBeNull();
  writeFileSync(join(folder, "last-call-ended"), "");
  expect(await ended).toBe(7);
  expect(existsSync(join(folder, "cut-off"))).toBe(false);
}, 20_000);
