import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../loopback/free-port.ts";

export interface TurnServer {
  /** `turn:127.0.0.1:PORT`. */
  readonly url: string;
  /** The same with `?transport=udp`, and with `tcp`. */
  readonly urls: readonly string[];
  /** Ends the process, and with it every allocation. */
  stop(): Promise<void>;
}

export interface TurnServerOptions {
  /** coturn's `turnserver`. */
  readonly command: string;
  /** With which credentials are made (https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00). */
  readonly secret: string;
}

const patience = 5_000;

/**
 * Runs coturn on loopback, on a port that the system chooses: it relays between loopback addresses only. Rejects with
 * what coturn said last when it does not listen within five seconds.
 */
export async function startTurnServer({ command, secret }: TurnServerOptions): Promise<TurnServer> {
  const folder = await mkdtemp(join(tmpdir(), "synapse-d-turn-"));
  const port = await freePort();
  const file = join(folder, "turnserver.conf");
  // A file, since whoever is on this machine may read a process's arguments.
  await writeFile(file, settings({ port, secret, folder }), { mode: 0o600 });
  const child = spawn(command, ["-c", file], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2_000);
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      said = error.message;
      resolve();
    });
  });
  const stop = async () => {
    if (isRunning(child)) child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  if (!(await listens(port, child))) {
    await stop();
    throw new Error(`coturn does not listen on port ${port}: ${said.trim().split("\n").at(-1)}`);
  }
  const url = `turn:127.0.0.1:${port}`;
  return { url, urls: [`${url}?transport=udp`, `${url}?transport=tcp`], stop };
}

/** https://github.com/coturn/coturn/blob/master/README.turnserver */
function settings({ port, secret, folder }: { port: number; secret: string; folder: string }): string {
  return [
    "listening-ip=127.0.0.1",
    "relay-ip=127.0.0.1",
    `listening-port=${port}`,
    "use-auth-secret",
    `static-auth-secret=${secret}`,
    "realm=synapse-d",
    // Peers on this machine have nothing but loopback addresses. On AWS they are denied.
    "allow-loopback-peers",
    "no-multicast-peers",
    "no-tcp-relay",
    "no-cli",
    "no-tls",
    "no-dtls",
    "log-file=stdout",
    "simple-log",
    `pidfile=${join(folder, "pid")}`,
    `userdb=${join(folder, "users")}`,
    "",
  ].join("\n");
}

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

async function listens(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + patience;
  while (isRunning(child) && performance.now() < deadline) {
    if (await accepts(port)) return true;
    await sleep(20);
  }
  return false;
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
