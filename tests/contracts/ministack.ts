import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

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
 * Starts ministack (https://pypi.org/project/ministack/), another project's stand-in for AWS, on loopback. `command`
 * is where it is installed.
 */
export async function startMinistack(command: string): Promise<Ministack> {
  const port = await freePort();
  const child = spawn(command, [], {
    env: { ...process.env, GATEWAY_PORT: String(port), BIND_HOST: "127.0.0.1" },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([
    answering(endpoint),
    exited.then(() => {
      throw new Error(`${command} ended before it answered`);
    }),
  ]);
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

/** One that was free a moment ago: ministack does not tell which one it has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function answering(endpoint: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
