import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Ready {
  readonly ready: true;
  readonly console: string;
  readonly signaling: string;
  readonly billing: string;
  readonly issuer: string;
  readonly stripe: string;
  readonly stripeControl: string;
  readonly control: string;
  /** With `--turn`. */
  readonly turn?: string;
  readonly resources: number;
}

export interface RunningProgram {
  readonly ready: Ready;
  readonly process: ChildProcess;
  /** What it has printed to stderr so far. */
  readonly complaints: () => string;
  /** Interrupts it, as Ctrl-C does, or ends it without a chance to clean up. */
  stop(signal?: "SIGINT" | "SIGKILL"): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..");

/** Runs `npm start --silent -- --json --port 0` with more arguments, as a person would, until it is ready. */
export function npmStart(args: readonly string[] = []): Promise<RunningProgram> {
  return start(["npm", "start", "--silent", "--"], args, root);
}

/** Runs the same without npm, which takes a third of the time that a start costs. Also for a copy in another folder. */
export function startProgram(args: readonly string[] = [], folder = root): Promise<RunningProgram> {
  return start([process.execPath, "local/start.ts"], args, folder);
}

/** In a process group of its own. */
async function start(
  [command = "", ...first]: readonly string[],
  args: readonly string[],
  folder: string,
): Promise<RunningProgram> {
  const child = spawn(command, [...first, "--json", "--port", "0", ...args], {
    cwd: folder,
    detached: true,
    // A copy's own way to the same cache, in which modules go by their place beside it.
    ...(folder !== root &&
      process.env.NODE_COMPILE_CACHE && {
        env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "node_modules", ".cache", "compiled") },
      }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const exited = once(child, "exit");
  const line = await Promise.race([
    once(createInterface(child.stdout), "line").then(([text]) => String(text)),
    exited.then(() => ""),
  ]);
  if (!line) throw new Error(`npm start ended before it was ready: ${complaints}`);
  return {
    ready: JSON.parse(line),
    process: child,
    complaints: () => complaints,
    stop: async (signal = "SIGINT") => {
      if (child.exitCode === null && child.pid) endGroup(child.pid, signal);
      await exited;
      running.delete(child);
    },
  };
}

const running = new Set<ChildProcess>();

/** Ends what a failed test has left running. */
export function endPrograms(): void {
  for (const { pid } of running) if (pid) endGroup(pid, "SIGKILL");
  running.clear();
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** A user's access token of the local issuer. */
export async function userToken(ready: Ready, sub: string, tenant?: string): Promise<string> {
  const body = new URLSearchParams({ sub, ...(tenant && { tenant }) });
  const response = await fetch(`${ready.issuer}/token`, { method: "POST", body });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

export interface Proof {
  readonly proof: string;
  readonly url: string;
  readonly expiresAt: string;
  /** With `--turn`. */
  readonly iceServers?: readonly { urls: string[]; username: string; credential: string }[];
}

/** `POST /proofs` as that user. */
export function requestProof(
  ready: Pick<Ready, "billing">,
  token: string,
  request: unknown,
): Promise<Response> {
  return fetch(`${ready.billing}/proofs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(request),
  });
}

/** A proof for a user who is entitled to it. */
export async function proofFor(ready: Ready, sub: string, request: unknown, tenant?: string): Promise<Proof> {
  const response = await requestProof(ready, await userToken(ready, sub, tenant), request);
  if (response.status !== 201) throw new Error(`POST /proofs: ${response.status} ${await response.text()}`);
  return (await response.json()) as Proof;
}

export interface LogLine {
  readonly logGroup: string;
  readonly message: string;
}

/** The newest log lines of a function, or of all. */
export async function logLines(ready: Ready, functionName?: string): Promise<readonly LogLine[]> {
  const group = functionName === undefined ? "" : `&group=/synapse-d/local/${functionName}`;
  const response = await fetch(`${ready.control}/logs?limit=1000${group}`);
  return ((await response.json()) as { lines: LogLine[] }).lines;
}

/** The log lines that a function writes from now on. */
export async function linesFromNow(
  ready: Ready,
  functionName: string,
): Promise<() => Promise<readonly LogLine[]>> {
  const known = new Set((await logLines(ready, functionName)).map(({ message }) => message));
  return async () => (await logLines(ready, functionName)).filter(({ message }) => !known.has(message));
}

export interface GrantUse {
  readonly holder: string;
  readonly policy: string;
  readonly action: string;
  readonly resource: string;
  readonly uses: number;
  readonly unnamed?: readonly string[];
}

/** Every grant of the running stack, with how often a call used it. */
export async function grantUses(ready: Ready): Promise<readonly GrantUse[]> {
  const response = await fetch(`${ready.control}/iam`);
  return ((await response.json()) as { grants: GrantUse[] }).grants;
}

/** Moves the local cloud's clock forward. Resolves with the time of that clock then, in epoch milliseconds. */
export async function advanceClock(ready: Ready, milliseconds: number): Promise<number> {
  const response = await fetch(`${ready.control}/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advanceMs: milliseconds }),
  });
  if (!response.ok) throw new Error(`clock: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { now: number }).now;
}

/** Asks until the answer is there. Fails after 20 s with what was asked for. */
export async function eventually<Value>(
  what: string,
  ask: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const value = await ask();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within 20 s: ${what}`);
}
