import { spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../local/loopback/free-port.ts";

/** What the SDK's clients need to speak to it. */
export interface Ministack {
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  stop(): Promise<void>;
}

/**
 * Starts ministack (https://pypi.org/project/ministack/), another project's stand-in for AWS, on loopback.
 * `command` is where it is installed.
 */
export async function startMinistack(command: string): Promise<Ministack> {
  const port = await freePort();
  const child = spawn(command, [], {
    env: { ...process.env, GATEWAY_PORT: String(port), BIND_HOST: "127.0.0.1" },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  const endpoint = `http://127.0.0.1:${port}`;
  if (!(await answers(endpoint, () => child.exitCode === null))) {
    throw new Error(`${command} ended before it answered`);
  }
  return {
    options: {
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

/** Asks until it answers; false when it is no longer there to. */
async function answers(endpoint: string, isThere: () => boolean): Promise<boolean> {
  while (isThere()) {
    if (await fetch(`${endpoint}/_ministack/health`).catch(() => undefined)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
